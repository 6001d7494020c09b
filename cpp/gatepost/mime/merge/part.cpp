#include "gatepost/mime/merge/part.hpp"

#include <algorithm>

namespace gatepost::mime {

namespace {
constexpr std::size_t part_header = 96;
}

MergePart::MergePart(TextKind kind, MergeText text, std::string_view token)
    : kind_(kind), text_(std::move(text)), token_(token) {
  append_text_part_header(header_, kind_, TransferEncoding::base64);
  const bool base64 = choose_transfer_encoding(joined_literals(text_)) == TransferEncoding::base64;
  if (base64 && MergeBase64::fits(text_)) base64_.emplace(text_);
}

bool MergePart::encoded_beforehand(MergeValues values) const {
  return base64_ && std::none_of(text_.slots.begin(), text_.slots.end(),
                                 [&](const MergeText::Slot& slot) { return values[slot.column].carriage_return; });
}

std::size_t MergePart::size(MergeValues values) const {
  if (base64_) return part_header + base64_->size(values);
  std::size_t size = 0;
  for (const auto& literal : text_.literals) size += literal.size();
  for (const auto& slot : text_.slots) size += slot_size(values[slot.column], slot.escape, true);
  return part_header + size * 3 / 2;
}

void MergePart::append_to(std::string& out, MergeValues values, bool whole) const {
  if (encoded_beforehand(values)) {
    out += header_;
    base64_->append_to(out, values);
    if (whole) out += "\r\n";
    return;
  }
  const std::string body = render_text(text_, values);
  auto encoding = choose_transfer_encoding(body);
  // Who has had a letter of this program knows the boundaries of the others.
  const bool shows_boundary = encoding == TransferEncoding::seven_bit && body.find(token_) != std::string::npos;
  if (shows_boundary) encoding = TransferEncoding::quoted_printable;
  append_text_part(out, kind_, body, encoding, whole);
}

}  // namespace gatepost::mime
