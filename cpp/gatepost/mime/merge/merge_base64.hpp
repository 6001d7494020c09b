#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/mime/merge/text.hpp"

namespace gatepost::mime {

/// A text that goes as base64, its literals encoded beforehand. A literal begins wherever the value before it ends, so
/// it is kept as it is encoded behind groups that lack none, one or two octets; lines are broken while it is copied,
/// which costs a few moves a line and gives the same bytes that encoding the whole would give.
class MergeBase64 {
 public:
  /// Whether line ends at the borders of slots are plain: values that have no CR can be encoded piece by piece.
  static bool fits(const MergeText& text);

  /// Of a text that fits.
  explicit MergeBase64(const MergeText& text);

  /// Octets that append_to() will write.
  std::size_t size(MergeValues values) const;
  /// `values` have no CR in the columns that the text uses.
  void append_to(std::string& out, MergeValues values) const;

 private:
  struct Literal {
    std::string octets;                ///< CRLF line ends
    std::array<std::string, 3> chars;  ///< without its first 0, 1, 2 octets; whole groups
  };
  std::size_t octets(MergeValues values) const;

  std::vector<Literal> literals_;
  std::vector<MergeText::Slot> slots_;
  std::size_t literal_octets_ = 0;
};

}  // namespace gatepost::mime
