#pragma once
#include <string_view>

namespace gatepost {

/// Whether `text` is a non-empty word of Latin letters, digits, "_" and "-", as X-Campaign-Id and X-Letter-Id ask
/// (requirements G8, G9).
bool is_plain_id(std::string_view text);

/// ASCII only, whatever the locale.
bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace gatepost
