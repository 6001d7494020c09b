#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace gatepost::crypto {

/// RFC 4648 §4, one line, padded.
std::string base64_encode(std::string_view bytes);
/// nullopt for anything that is not strict, padded base64.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace gatepost::crypto
