#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace gatepost::smtp {

enum class Verb : std::uint8_t {
  ehlo,
  helo,
  lhlo,  ///< LMTP's EHLO, RFC 2033
  starttls,
  auth,
  mail,
  rcpt,
  data,
  bdat,
  rset,
  noop,
  vrfy,
  expn,
  help,
  etrn,
  xclient,
  quit,
  known,  ///< a verb of SMTP's that this server does not serve
  http,   ///< a web client that was sent here
  unknown
};

/// "MAIL"; empty for those that stand for several.
std::string_view to_string(Verb verb);

/// Whether the client must read the reply before it sends anything more, PIPELINING or not (RFC 2920 §3.1, RFC 3207,
/// RFC 4954).
bool must_be_last(Verb verb);

struct CommandLine {
  Verb verb = Verb::unknown;
  std::string_view arguments;  ///< without spaces around
};

/// Splits a command line (without its CRLF). Verbs are case-blind, RFC 5321 §2.4.
CommandLine parse_command(std::string_view line);

/// The argument of MAIL and RCPT.
struct PathArgument {
  std::string_view mailbox;  ///< without "<", ">" and source route; empty for "<>"
  std::vector<std::string_view> parameters;
  bool bare = false;    ///< there were no brackets
  bool spaced = false;  ///< a space stood around the colon
};

/// Reads "FROM:<a@b> SIZE=1" where `keyword` is "FROM". A source route is dropped (RFC 5321 §4.1.1.3). What stands
/// between the brackets is not checked further.
std::optional<PathArgument> parse_path(std::string_view arguments, std::string_view keyword);

/// Cuts the next word off `text` and the spaces around it; empty at the end.
std::string_view take_word(std::string_view& text);

}  // namespace gatepost::smtp
