#pragma once
#include <cstddef>
#include <string_view>

namespace gatepost {

/// Offset of the first byte that is not well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms), or npos.
std::size_t find_invalid_utf8(std::string_view text);

bool is_ascii(std::string_view text);

/// The length of the character that begins at `text[at]`; 1 for a byte that begins none. Never beyond the end.
std::size_t utf8_length_at(std::string_view text, std::size_t at);

/// The longest prefix of at most `max_bytes` that cuts no character in two.
std::string_view utf8_prefix(std::string_view text, std::size_t max_bytes);

}  // namespace gatepost
