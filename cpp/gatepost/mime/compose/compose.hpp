#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatepost/core/clock.hpp"
#include "gatepost/core/input_error.hpp"
#include "gatepost/core/result.hpp"
#include "gatepost/mime/address/address.hpp"

namespace gatepost::mime {

/// An attachment or inline image, checked and encoded once; many letters (and threads) share it.
class Part {
 public:
  struct Source {
    std::string data;        ///< the bytes themselves
    std::string name;        ///< file name for people, UTF-8; may be empty for an inline part
    std::string type;        ///< "application/pdf"; empty: octet-stream
    std::string content_id;  ///< without <>; non-empty makes it an inline part that html names with cid:
  };
  /// Refuses control characters and path separators in names, and malformed types.
  static Result<std::shared_ptr<const Part>, InputError> make(Source source);
  /// The same from a regular file, read and encoded block by block; `source.data` is not looked at.
  static Result<std::shared_ptr<const Part>, InputError> from_file(const std::string& path, Source source);
  /// A further form of the letter's text: no file, UTF-8 in the transfer encoding that suits it.
  static Result<std::shared_ptr<const Part>, InputError> alternative(std::string_view text, std::string_view type);

  virtual ~Part() = default;
  virtual const std::string& name() const = 0;
  virtual std::size_t encoded_size() const = 0;
};

/// All that a letter is made of, as a caller gives it. Text is UTF-8 with any line ends.
struct LetterContent {
  Mailbox from;
  std::optional<Mailbox> sender;
  std::vector<Mailbox> to;
  std::vector<Mailbox> cc;  ///< Bcc never reaches a header: it belongs to the envelope
  std::vector<Mailbox> reply_to;
  std::vector<AddressGroup> to_groups;  ///< those of `to`, in order, without overlap
  std::vector<AddressGroup> cc_groups;
  std::vector<AddressGroup> reply_to_groups;
  std::string subject;
  std::optional<std::string> text;
  std::optional<std::string> html;
  std::vector<std::shared_ptr<const Part>> alternatives;  ///< further forms of the text, behind html: an invitation
  std::vector<std::shared_ptr<const Part>> inline_parts;
  std::vector<std::shared_ptr<const Part>> attachments;
  std::vector<std::pair<std::string, std::string>> headers;  ///< further headers, in order
  std::string message_id;                                    ///< without <>; empty: made from a random token
  std::vector<std::string> in_reply_to;                      ///< message ids without <>
  std::vector<std::string> references;                       ///< the same, the oldest first
  std::optional<TimePoint> date;                             ///< nullopt: now
  std::string date_zone = "+0000";  ///< the zone in which the header shows it, [+-]hhmm; "-0000": one that is unknown
  std::string campaign_id;          ///< X-Campaign-Id, [A-Za-z0-9_-]* (G8)
  std::string letter_id;            ///< X-Letter-Id, the same alphabet (G9)
  std::string list_unsubscribe;     ///< URLs with a space between; adds List-Unsubscribe-Post where one is https
};

/// The finished letter: canonical CRLF lines, none over 998 octets, all headers of G10, not dot-stuffed, no Bcc.
/// The injection gate: CR, LF, NUL and other controls in any name, value, address or parameter are an InputError.
Result<std::string, InputError> compose(const LetterContent& content);

/// Makes a Message-ID (without <>) for this sender's domain, unique by 128 random bits.
std::string make_message_id(std::string_view sender_address);

}  // namespace gatepost::mime
