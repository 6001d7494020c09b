#include "gatepost/mime/parse/parse_guard.hpp"

#include <fmt/format.h>

#include "gatepost/mime/parse/header_block.hpp"

namespace gatepost::mime {

namespace {

/// GMime makes an object of more than a kilobyte for every part, however short: lines that could be boundaries are
/// counted before it sees them. Plain text and SQL have such lines too, hence the margin.
constexpr std::size_t dash_lines_per_part = 100;

std::size_t end_of_dash_line(std::string_view text, std::size_t allowed) {
  std::size_t at = 0;
  for (std::size_t seen = 0; (at = text.find("\n--", at)) != std::string_view::npos; at += 3) {
    if (++seen > allowed) return at + 1;
  }
  return std::string_view::npos;
}

}  // namespace

void guard(std::string_view raw, const ParseLimits& limits, GuardedLetter& letter, std::vector<std::string>& warnings) {
  if (const std::size_t end = end_of_dash_line(raw, limits.max_parts * dash_lines_per_part);
      end != std::string_view::npos) {
    warnings.emplace_back("too many lines that look like boundaries: the rest is left out");
    raw = raw.substr(0, end);
  }
  HeaderBlock block(raw);
  if (!block.next()) {
    if (!raw.empty()) warnings.emplace_back("the letter has no header");
    letter.bytes = letter.body = raw;
    return;
  }
  const std::size_t begin = block.position();
  if (begin > 0) warnings.emplace_back("there are lines before the first header");
  while (block.next()) {
  }
  const std::size_t header_size = block.position() - begin;
  letter.begin = begin;
  letter.bytes = raw.substr(begin);
  if (header_size > limits.max_header_bytes) {
    warnings.push_back(
        fmt::format("the header is longer than {} bytes: its rest is left out", limits.max_header_bytes));
    const std::size_t line_end = letter.bytes.rfind('\n', limits.max_header_bytes);
    letter.shortened = letter.bytes.substr(0, line_end == std::string_view::npos ? 0 : line_end + 1);
    letter.shortened += "\r\n";
    const std::size_t kept = letter.shortened.size();
    letter.cut_at = kept;
    letter.cut_size = header_size - kept;
    letter.shortened += letter.bytes.substr(header_size);
    letter.bytes = letter.shortened;
    letter.body = letter.bytes.substr(kept);
    return;
  }
  letter.body = letter.bytes.substr(header_size);
}

}  // namespace gatepost::mime
