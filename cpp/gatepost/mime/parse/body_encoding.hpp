#pragma once
#include <string>
#include <string_view>

namespace gatepost::mime {

enum class BodyEncoding { none, base64, quoted_printable, uuencode };

/// What a Content-Transfer-Encoding says (RFC 2045 §6.1); none where it is unknown.
BodyEncoding read_body_encoding(std::string_view header_value);

/// "base64", "uuencode", "quoted-printable" or "7bit".
std::string_view name_of(BodyEncoding encoding);

/// Undoes the transfer encoding. `odd` is set where the text was not what its label says.
std::string decode_body(std::string_view body, BodyEncoding encoding, bool& odd);

}  // namespace gatepost::mime
