#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace gatepost::smtp {

/// xtext (RFC 3461 §4): "+", "=" and everything outside printable ASCII are written as "+HH".
std::string encode_xtext(std::string_view text);
/// nullopt where `text` is not valid xtext.
std::optional<std::string> decode_xtext(std::string_view text);

}  // namespace gatepost::smtp
