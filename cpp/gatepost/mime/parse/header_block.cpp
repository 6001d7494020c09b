#include "gatepost/mime/parse/header_block.hpp"

#include <algorithm>
#include <array>

#include "gatepost/core/ascii.hpp"
#include "gatepost/mime/parse/parse.hpp"

namespace gatepost::mime {

namespace {

/// What a letter or part has once, and what speaks for a header more than a line of text with a colon does.
constexpr std::array<std::string_view, 23> single_fields{"From",         "Sender",       "Reply-To",
                                                         "To",           "Cc",           "Bcc",
                                                         "Subject",      "Date",         "Message-ID",
                                                         "In-Reply-To",  "References",   "MIME-Version",
                                                         "Content-Type", "Content-ID",   "Content-Transfer-Encoding",
                                                         "User-Agent",   "Delivered-To", "Content-Disposition",
                                                         "Return-Path",  "Organization", "Content-Description",
                                                         "Importance",   "Priority"};
constexpr std::array<std::string_view, 6> families{"X-", "Received", "Resent-", "List-", "ARC-", "DKIM-"};

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

std::size_t single_field(std::string_view name) {
  const auto found = std::ranges::find_if(single_fields, [&](auto one) { return equal_ignoring_case(one, name); });
  return static_cast<std::size_t>(found - single_fields.begin());
}

bool is_boundary(std::string_view line) { return line.size() > 2 && line.starts_with("--") && line[2] != ' '; }

/// What stands before a letter in an mbox.
bool is_from_line(std::string_view line) { return line.starts_with("From ") || line.starts_with(">From "); }

bool begins_with_field(std::string_view text) {
  return field_name_length(text.substr(0, text.find('\n'))) != std::string_view::npos;
}

}  // namespace

std::string_view HeaderBlock::take_line() {
  const std::size_t begin = next_;
  const std::size_t end = raw_.find('\n', begin);
  next_ = end == std::string_view::npos ? raw_.size() : end + 1;
  return trim_back(raw_.substr(begin, std::min(end, raw_.size()) - begin), "\r");
}

std::optional<HeaderField> HeaderBlock::end_at(std::size_t body) {
  position_ = body;
  next_ = raw_.size();
  ended_ = true;
  return std::nullopt;
}

bool HeaderBlock::is_wanted(std::string_view name) const {
  const std::size_t single = single_field(name);
  if (single < single_fields.size()) return !seen_[single];
  return std::ranges::any_of(families,
                             [&](auto family) { return equal_ignoring_case(name.substr(0, family.size()), family); });
}

std::size_t HeaderBlock::last_known_field() {
  if (last_known_) return *last_known_;
  last_known_ = 0;
  const std::size_t back = next_;
  while (next_ < raw_.size()) {
    const std::size_t begin = next_;
    const std::string_view line = take_line();
    if (line.empty() || is_boundary(line)) break;
    const std::size_t length = field_name_length(line);
    if (length != std::string_view::npos && is_wanted(line.substr(0, length))) last_known_ = begin;
  }
  next_ = back;
  return *last_known_;
}

void HeaderBlock::note(std::string_view name) {
  has_known_field_ = has_known_field_ || is_wanted(name);
  if (const std::size_t single = single_field(name); single < single_fields.size()) seen_.set(single);
}

std::optional<HeaderField> HeaderBlock::next() {
  static_assert(single_fields.size() <= max_known);
  while (next_ < raw_.size()) {
    position_ = next_;
    const std::string_view first = take_line();
    if (first.empty()) {
      has_blank_line_ = true;
      return end_at(next_);
    }
    if (is_boundary(first)) return end_at(position_);
    const std::size_t name_length = field_name_length(first);
    if (name_length == std::string_view::npos) {
      const bool is_postmark = position_ == 0 && is_from_line(first) && begins_with_field(raw_.substr(next_));
      if (!is_postmark && last_known_field() <= position_) return end_at(position_);
      has_odd_lines_ = true;
    }
    std::string_view last = first;
    while (continues_field(raw_, next_)) last = take_line();
    if (name_length == std::string_view::npos) continue;
    note(first.substr(0, name_length));
    const std::string_view field(first.data(), static_cast<std::size_t>(last.data() + last.size() - first.data()));
    return HeaderField{field.substr(0, name_length), field.substr(field.find(':') + 1)};
  }
  return end_at(ended_ ? position_ : raw_.size());
}

std::string unfold(std::string_view value) {
  value = trim(value);
  std::string out;
  while (!value.empty()) {
    const std::size_t end = std::min(value.find('\n'), value.size());
    out += trim_back(value.substr(0, end), end < value.size() ? "\r" : "");
    value.remove_prefix(std::min(end + 1, value.size()));
  }
  std::ranges::replace(out, '\r', ' ');
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
