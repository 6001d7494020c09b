#include "gatepost/mime/merge/merge_base64.hpp"

#include <algorithm>

#include "gatepost/core/base64.hpp"
#include "gatepost/mime/encoding/base64_lines.hpp"
#include "gatepost/mime/encoding/transfer_encoding.hpp"

namespace gatepost::mime {

bool MergeBase64::fits(const MergeText& text) {
  // The LF that would make one line end of it may follow behind an empty value.
  return std::none_of(text.literals.begin(), text.literals.end() - 1,
                      [](const std::string& literal) { return literal.ends_with('\r'); });
}

MergeBase64::MergeBase64(const MergeText& text) : slots_(text.slots) {
  literals_.reserve(text.literals.size());
  for (const auto& source : text.literals) {
    Literal literal{with_line_ends(source, "\r\n"), {}};
    const std::string_view octets = literal.octets;
    for (std::size_t skip = 0; skip < literal.chars.size() && skip <= octets.size(); ++skip) {
      append_base64(literal.chars[skip], octets.substr(skip, (octets.size() - skip) / 3 * 3));
    }
    literal_octets_ += octets.size();
    literals_.push_back(std::move(literal));
  }
}

std::size_t MergeBase64::octets(MergeValues values) const {
  std::size_t octets = literal_octets_;
  for (const auto& slot : slots_) octets += slot_size(values[slot.column], slot.escape, true);
  return octets;
}

std::size_t MergeBase64::size(MergeValues values) const { return base64_lines_size(octets(values)); }

void MergeBase64::append_to(std::string& out, MergeValues values) const {
  const std::size_t start = out.size();
  out.resize(start + size(values));
  Base64Lines lines(out.data() + start);
  for (std::size_t i = 0; i < literals_.size(); ++i) {
    const std::string_view octets = literals_[i].octets;
    const std::size_t lacking = (3 - lines.pending()) % 3;
    if (octets.size() < lacking) {
      lines.octets(octets);
    } else {
      const std::string& chars = literals_[i].chars[lacking];
      lines.octets(octets.substr(0, lacking));
      lines.encoded(chars);
      lines.octets(octets.substr(lacking + chars.size() / 4 * 3));
    }
    if (i == slots_.size()) break;
    const auto& slot = slots_[i];
    for_each_piece(values[slot.column], slot.escape, true, [&](std::string_view piece) { lines.octets(piece); });
  }
  lines.finish();
}

}  // namespace gatepost::mime
