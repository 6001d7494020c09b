#pragma once
#include <string>
#include <string_view>

namespace gatepost::mime {

enum class TransferEncoding { seven_bit, quoted_printable, base64 };

/// "7bit", "quoted-printable" or "base64".
std::string_view name_of(TransferEncoding encoding);

/// RFC 5322 §2.1.1: the most octets of a line without its CRLF.
inline constexpr std::size_t max_line_octets = 998;

/// 7bit where the text is ASCII in lines of at most 998, else whichever of the other two is shorter. Never 8bit.
TransferEncoding choose_transfer_encoding(std::string_view text);

/// Whether `data` may stand in a letter as it is but for its line ends.
bool fits_seven_bit(std::string_view data);

/// `text` with `line_end` for each CR, LF and CRLF.
std::string with_line_ends(std::string_view text, std::string_view line_end);

/// Appends `text` encoded, with CRLF line ends whatever it came with. Decoding gives the text with CRLF line ends; no
/// CRLF is added at the end where the text has none.
void append_encoded_text(std::string& out, std::string_view text, TransferEncoding encoding);

}  // namespace gatepost::mime
