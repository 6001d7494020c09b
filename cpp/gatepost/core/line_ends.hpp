#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace gatepost {

/// How many CRs have no LF behind them and LFs no CR before them.
std::size_t count_bare_line_ends(std::string_view text);

/// Whether there is any; stops at the first.
bool has_bare_line_end(std::string_view text);

/// `text` itself where all its lines end with CRLF, else a copy in `storage` in which they do: a bare CR or LF ends a
/// line as well, as in DATA.
std::string_view with_crlf_lines(std::string_view text, std::string& storage);

}  // namespace gatepost
