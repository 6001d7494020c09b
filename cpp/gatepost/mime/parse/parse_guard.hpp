#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/mime/parse/parse.hpp"

namespace gatepost::mime {

/// A letter made fit for the parser: what is only there to exhaust it is cut off.
struct GuardedLetter {
  std::string shortened;                        ///< owns `bytes` where the header had to be cut
  std::string_view bytes;                       ///< from the first header field on
  std::string_view body;                        ///< behind the header block, within `bytes`
  std::size_t begin = 0;                        ///< where `bytes` begin in the letter as it came
  std::size_t cut_at = std::string_view::npos;  ///< where in `bytes` something was cut off
  std::size_t cut_size = 0;                     ///< how much; the blank line that stands for it not counted

  /// Where a place in `bytes` is in the letter as it came.
  std::size_t in_original(std::size_t at) const { return begin + at + (at < cut_at ? 0 : cut_size); }
};

/// Cuts a header beyond the limit, a letter beyond any sane number of boundary lines, and lines before the first field
/// (an mbox "From " line). Says so in `warnings`. Not movable once filled: `bytes` may point into it.
void guard(std::string_view raw, const ParseLimits& limits, GuardedLetter& letter, std::vector<std::string>& warnings);

}  // namespace gatepost::mime
