#include "gatepost/mime/parse/boundary_lines.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "gatepost/core/ascii.hpp"

namespace gatepost::mime {

namespace {

constexpr std::string_view dashes = "--";

/// Where the next line that begins with "--" begins, from `at` on, a line's beginning; the size where there is none.
std::size_t find_dashes(std::string_view text, std::size_t at) {
  if (text.substr(std::min(at, text.size()), 2) == dashes) return at;
  const std::size_t found = text.find("\n--", at);
  return found == std::string_view::npos ? text.size() : found + 1;
}

std::size_t end_of_line(std::string_view text, std::size_t at) {
  const std::size_t end = text.find('\n', at);
  return end == std::string_view::npos ? text.size() : end + 1;
}

/// Transports may have put white space behind a boundary.
std::string_view behind_dashes(std::string_view line) {
  return trim_back(line).substr(std::min(line.size(), dashes.size()));
}

}  // namespace

std::size_t BoundaryLines::open(std::string boundary) {
  open_.push_back({std::move(boundary)});
  return open_.size() - 1;
}

BoundaryLine BoundaryLines::match(std::string_view line) const {
  BoundaryLine closed;
  for (std::size_t level = open_.size(); level-- > 0;) {
    const std::string& boundary = open_[level].boundary;
    const bool opens = line == boundary;
    const bool closes = !opens && line.size() == boundary.size() + dashes.size() && line.ends_with(dashes) &&
                        line.starts_with(boundary);
    if (!opens && !closes) continue;
    const BoundaryLine found{0, 0, level, closes};
    if (!open_[level].closed) return found;
    if (closed.level == BoundaryLine::none) closed = found;
  }
  return closed;
}

BoundaryLine BoundaryLines::next(std::size_t at) const {
  if (open_.empty()) return {raw_.size(), raw_.size()};
  for (at = find_dashes(raw_, at); at < raw_.size();) {
    const std::size_t end = end_of_line(raw_, at);
    BoundaryLine found = match(behind_dashes(raw_.substr(at, end - at)));
    if (found.level != BoundaryLine::none) {
      found.begin = at;
      found.end = end;
      return found;
    }
    at = find_dashes(raw_, end);
  }
  return {raw_.size(), raw_.size()};
}

std::string_view guess_boundary(std::string_view text) {
  constexpr std::string_view field = "Content-";
  std::vector<std::string_view> opened;
  std::set<std::string_view> closed;
  for (std::size_t at = find_dashes(text, 0); at < text.size();) {
    const std::size_t end = end_of_line(text, at);
    const std::string_view boundary = behind_dashes(text.substr(at, end - at));
    at = find_dashes(text, end);
    // A ruled line of dashes is none, nor is what stands before a signature.
    if (boundary.starts_with(' ') || boundary.find_first_not_of('-') == std::string_view::npos) continue;
    if (equal_ignoring_case(text.substr(end, field.size()), field)) return boundary;
    opened.push_back(boundary);
    if (boundary.ends_with(dashes)) closed.insert(boundary.substr(0, boundary.size() - dashes.size()));
  }
  const auto found = std::ranges::find_if(opened, [&](std::string_view one) { return closed.contains(one); });
  return found == opened.end() ? std::string_view() : *found;
}

}  // namespace gatepost::mime
