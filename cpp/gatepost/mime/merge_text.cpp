#include "gatepost/mime/merge_text.hpp"

#include <fmt/format.h>

#include "gatepost/core/text_gate.hpp"

namespace gatepost::mime {

std::size_t slot_size(std::string_view value, bool escape, bool crlf) {
  std::size_t size = value.size();
  for (const char c : value) {
    if (!replaceable[static_cast<unsigned char>(c)]) continue;
    const std::size_t instead = replacement_of(c, escape, crlf).size();
    if (instead > 0) size += instead - 1;
  }
  return size;
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
