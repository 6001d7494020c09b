#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace gatepost::smtp {

/// xtext (RFC 3461 §4): "+" and "=" and what is no printable ASCII as "+HH".
std::string encode_xtext(std::string_view text);
/// nullopt where `text` is no xtext.
std::optional<std::string> decode_xtext(std::string_view text);

}  // namespace gatepost::smtp
