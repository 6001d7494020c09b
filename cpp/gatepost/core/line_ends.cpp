#include "gatepost/core/line_ends.hpp"

namespace gatepost {

namespace {

constexpr auto npos = std::string_view::npos;

/// Where the first bare one stands at or behind `from`; npos where there is none. Two searches for one octet each run
/// through a letter several times as fast as one for both.
std::size_t find_bare_lf(std::string_view text, std::size_t from) {
  for (auto at = text.find('\n', from); at != npos; at = text.find('\n', at + 1)) {
    if (at == 0 || text[at - 1] != '\r') return at;
  }
  return npos;
}

std::size_t find_bare_cr(std::string_view text, std::size_t from) {
  for (auto at = text.find('\r', from); at != npos; at = text.find('\r', at + 1)) {
    if (at + 1 == text.size() || text[at + 1] != '\n') return at;
  }
  return npos;
}

}  // namespace

std::size_t count_bare_line_ends(std::string_view text) {
  std::size_t count = 0;
  for (auto at = find_bare_lf(text, 0); at != npos; at = find_bare_lf(text, at + 1)) ++count;
  for (auto at = find_bare_cr(text, 0); at != npos; at = find_bare_cr(text, at + 1)) ++count;
  return count;
}

bool has_bare_line_end(std::string_view text) { return find_bare_lf(text, 0) != npos || find_bare_cr(text, 0) != npos; }

}  // namespace gatepost
