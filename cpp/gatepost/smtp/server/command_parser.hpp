#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace gatepost::smtp {

enum class Verb : std::uint8_t {
  ehlo,
  helo,
  starttls,
  auth,
  mail,
  rcpt,
  data,
  rset,
  noop,
  vrfy,
  help,
  quit,
  known,  ///< a verb of SMTP's that this server does not serve
  http,   ///< a web client that was sent here
  unknown
};

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
};

/// Reads "FROM:<a@b> SIZE=1" where `keyword` is "FROM". Spaces behind the colon are tolerated, missing brackets are
/// not; a source route is dropped (RFC 5321 §4.1.1.3). What stands between the brackets is not checked further.
std::optional<PathArgument> parse_path(std::string_view arguments, std::string_view keyword);

}  // namespace gatepost::smtp
