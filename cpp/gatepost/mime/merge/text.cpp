#include "gatepost/mime/merge/text.hpp"

#include <fmt/format.h>

#include <array>

#include "gatepost/core/char_set.hpp"
#include "gatepost/core/text_gate.hpp"

namespace gatepost::mime {

namespace {
/// Controls, and what html escapes.
constexpr CharSet special = [] {
  std::array<char, 38> octets{0x7F, '&', '<', '>', '\'', '"'};
  for (char control = 0; control < 0x20; ++control) octets[6U + static_cast<std::size_t>(control)] = control;
  return CharSet({octets.data(), octets.size()});
}();
}  // namespace

MergeValue read_value(std::string_view text) {
  MergeValue value;
  value.text = text;
  for (auto at = special.find_in(text); at != std::string_view::npos; at = special.find_in(text, at + 1)) {
    const char c = text[at];
    if (const auto instead = replacement_of(c, true, false); !instead.empty()) {
      value.escape_growth += instead.size() - 1;
    } else if (c != '\t') {
      value.control = true;
    }
    if (c == '\n') ++value.line_feeds;
    if (c == '\r') value.carriage_return = true;
  }
  return value;
}

std::string render_text(const MergeText& text, MergeValues values) {
  std::size_t size = 0;
  for (const auto& literal : text.literals) size += literal.size();
  for (const auto& slot : text.slots) size += slot_size(values[slot.column], slot.escape, false);
  std::string out;
  out.reserve(size);
  for (std::size_t i = 0; i < text.slots.size(); ++i) {
    out += text.literals[i];
    const auto& slot = text.slots[i];
    for_each_piece(values[slot.column], slot.escape, false, [&](std::string_view piece) { out += piece; });
  }
  return out += text.literals.back();
}

std::string joined_literals(const MergeText& text) {
  std::string out;
  for (const auto& literal : text.literals) out += literal;
  return out;
}

std::optional<InputError> check_merge_text(std::string_view where, const MergeText& text, std::size_t columns) {
  if (text.literals.size() != text.slots.size() + 1) {
    return InputError(std::string(where), fmt::format("has {} literals for {} slots; one more is needed",
                                                      text.literals.size(), text.slots.size()));
  }
  for (const auto& slot : text.slots) {
    if (slot.column < columns) continue;
    return InputError(std::string(where),
                      fmt::format("has a slot of column {}, there are {} columns", slot.column, columns));
  }
  for (const auto& literal : text.literals) {
    if (auto error = check_utf8(where, literal)) return error;
  }
  return std::nullopt;
}

}  // namespace gatepost::mime
