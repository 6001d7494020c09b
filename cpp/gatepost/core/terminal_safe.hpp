#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace gatepost {

/// The length of the character at `text[at]` where a terminal or a log would obey it instead of showing it; else 0.
/// These are C0 but the tab, DEL, C1 (U+0080 to U+009F), and the marks that turn the order of letters or end a line:
/// U+061C, U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069.
std::size_t control_length_at(std::string_view text, std::size_t at);

/// Puts "?" in the place of each of them, from byte `from` on.
void replace_controls(std::string& text, std::size_t from = 0);

}  // namespace gatepost
