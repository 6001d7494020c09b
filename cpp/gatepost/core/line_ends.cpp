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

std::string_view with_crlf_lines(std::string_view text, std::string& storage) {
  if (!has_bare_line_end(text)) return text;
  storage.clear();
  storage.reserve(text.size() + text.size() / 32 + 2);
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find_first_of("\r\n", at);
    storage += text.substr(at, end - at);
    if (end == npos) break;
    storage += "\r\n";
    at = end + (text.substr(end, 2) == "\r\n" ? 2 : 1);
  }
  return storage;
}

}  // namespace gatepost
