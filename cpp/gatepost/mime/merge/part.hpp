#pragma once
#include <optional>
#include <string>

#include "gatepost/mime/compose/text_part.hpp"
#include "gatepost/mime/merge/merge_base64.hpp"
#include "gatepost/mime/merge/text.hpp"

namespace gatepost::mime {

/// A text part with slots. Where base64 suits its literals, they are encoded once; else, or where a value's CR makes
/// line ends across a slot's border ambiguous, each letter's text is rendered whole and encoded as compose() does.
class MergePart {
 public:
  /// `token` stands in the boundaries, which a part must not show.
  MergePart(TextKind kind, MergeText text, std::string_view token);

  /// About how many octets append_to() will write; exact for base64.
  std::size_t size(MergeValues values) const;
  /// `whole`: see append_text_part().
  void append_to(std::string& out, MergeValues values, bool whole) const;

 private:
  bool encoded_beforehand(MergeValues values) const;

  TextKind kind_;
  MergeText text_;
  std::string_view token_;
  std::string header_;  ///< of the part as base64
  std::optional<MergeBase64> base64_;
};

}  // namespace gatepost::mime
