#pragma once
#include <cstddef>
#include <string_view>

namespace gatepost {

/// How many CRs have no LF behind them and LFs no CR before them.
std::size_t count_bare_line_ends(std::string_view text);

/// Whether there is any; stops at the first.
bool has_bare_line_end(std::string_view text);

}  // namespace gatepost
