#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::codes {

/// An enhanced status code, RFC 3463: class.subject.detail. Three-digit details and class 6 occur in the wild.
struct EnhancedCode {
  std::uint16_t klass = 0;
  std::uint16_t subject = 0;
  std::uint16_t detail = 0;

  std::string to_string() const;
  bool operator==(const EnhancedCode&) const = default;
};

/// Reads "5.7.1" at the beginning of `text`; what follows must be a space or the end. nullopt where there is none.
std::optional<EnhancedCode> parse_enhanced(std::string_view text);

/// One SMTP reply, RFC 5321 §4.2: code, optional enhanced code, and the text of each line without either.
struct Reply {
  int code = 0;
  std::optional<EnhancedCode> enhanced;
  std::vector<std::string> lines;

  bool positive() const { return code >= 200 && code < 300; }
  bool intermediate() const { return code >= 300 && code < 400; }
  bool temporary() const { return code >= 400 && code < 500; }
  /// 5xx, and the 6xx of Sendsay's gate (requirement G14).
  bool permanent() const { return code >= 500; }
  /// The lines joined by one space, without codes.
  std::string text() const;
  /// "550 5.1.1 No such user": code, enhanced code and text on one line, as people quote it.
  std::string to_string() const;
};

/// Reads a whole reply as people paste it: "550 5.7.1 text", "550-5.7.1 a\r\n550 5.7.1 b", "550-5.7.1 a 550 5.7.1 b",
/// or a text without a code (code 0). Never fails: what is not understood stays in the text. Invalid UTF-8 is replaced.
Reply parse_reply(std::string_view text);

/// Makes a Reply from a code and full lines ("5.1.1 No such user"), splitting off the enhanced code as RFC 2034 asks.
Reply make_reply(int code, const std::vector<std::string>& lines);

}  // namespace gatepost::codes
