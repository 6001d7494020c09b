#include "gatepost/mime/parse/header_block.hpp"

#include <algorithm>

#include "gatepost/core/ascii.hpp"
#include "gatepost/mime/parse/parse.hpp"

namespace gatepost::mime {

namespace {

bool continues_field(std::string_view raw, std::size_t at) {
  return at < raw.size() && (raw[at] == ' ' || raw[at] == '\t');
}

/// The length of the field name that `line` begins with, or npos.
std::size_t field_name_length(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return colon;
  const std::string_view name = trim(line.substr(0, colon));
  const bool good = !name.empty() && name.data() == line.data() && std::all_of(name.begin(), name.end(), is_visible);
  return good ? name.size() : std::string_view::npos;
}

}  // namespace

std::string_view HeaderBlock::take_line() {
  const std::size_t begin = next_;
  const std::size_t end = raw_.find('\n', begin);
  next_ = end == std::string_view::npos ? raw_.size() : end + 1;
  std::string_view line = raw_.substr(begin, std::min(end, raw_.size()) - begin);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::optional<HeaderField> HeaderBlock::next() {
  while (next_ < raw_.size()) {
    position_ = next_;
    const std::string_view first = take_line();
    if (first.empty()) {
      position_ = next_;
      next_ = raw_.size();
      return std::nullopt;
    }
    std::string_view last = first;
    while (continues_field(raw_, next_)) last = take_line();
    const std::size_t name_length = field_name_length(first);
    if (name_length == std::string_view::npos) continue;
    const std::string_view field(first.data(), static_cast<std::size_t>(last.data() + last.size() - first.data()));
    return HeaderField{field.substr(0, name_length), field.substr(field.find(':') + 1)};
  }
  if (position_ < next_) position_ = next_;
  return std::nullopt;
}

std::string unfold(std::string_view value) {
  std::string out(trim(value));
  std::erase_if(out, [](char c) { return c == '\r' || c == '\n'; });
  return out;
}

std::string raw_header(std::string_view raw, std::string_view name) {
  HeaderBlock block(raw);
  while (const auto field = block.next()) {
    if (equal_ignoring_case(field->name, name)) return unfold(field->value);
  }
  return {};
}

}  // namespace gatepost::mime
