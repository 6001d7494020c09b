#pragma once
#include <string>
#include <string_view>

namespace gatepost::mime {

/// Undoes quoted-printable (RFC 2045 §6.7): spaces and tabs at the end of a line are a transport's and go, line ends
/// stay as they are. A "=" that begins no code stays, and `odd` is set.
std::string decode_quoted_printable(std::string_view text, bool& odd);

}  // namespace gatepost::mime
