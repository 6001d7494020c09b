#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace gatepost::mime {

struct DecodedText {
  std::string text;    ///< well-formed UTF-8
  bool lossy = false;  ///< bytes without meaning became U+FFFD
};

/// Decodes as the Encoding Standard (WHATWG) does, `charset` being a name of charset_of_label(). iconv has the tables;
/// where its differ from the Standard's, they are mended here. nullopt where nobody knows the charset.
std::optional<DecodedText> decode_charset(std::string_view bytes, const std::string& charset);

/// Whether each letter of the charset is one byte: text in it is hardly ever UTF-8 as well.
bool has_single_bytes(std::string_view charset);

/// Broken UTF-8 mended: U+FFFD for each longest beginning of a character that is none (Unicode, §3.9).
struct MendedUtf8 {
  std::string text;
  std::size_t good = 0;           ///< characters beyond ASCII
  std::size_t beginnings = 0;     ///< of two bytes or more, of characters that broke off; surrogates
  std::size_t strange_bytes = 0;  ///< that begin no character
  std::size_t lost_bytes = 0;     ///< all that became U+FFFD
};
MendedUtf8 mend_utf8(std::string_view bytes);

}  // namespace gatepost::mime
