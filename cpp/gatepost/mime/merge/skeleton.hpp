#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gatepost/mime/compose/compose.hpp"
#include "gatepost/mime/compose/encoded_part.hpp"
#include "gatepost/mime/compose/text_part.hpp"

namespace gatepost::mime {

/// A place in the skeleton where a letter's own text goes.
struct TextGap {
  TextKind kind = TextKind::plain;
  bool whole = false;  ///< see append_text_part()
};
/// Where a letter's own attachments go.
struct AttachmentGap {
  std::string boundary;
};

/// Bytes that all letters have, and what follows them; nothing behind the last.
struct SkeletonPiece {
  std::string bytes;
  std::variant<std::monostate, TextGap, AttachmentGap, std::shared_ptr<const EncodedPart>> next;
};
using Skeleton = std::vector<SkeletonPiece>;

struct SkeletonGaps {
  bool text = false;  ///< content.text differs from letter to letter
  bool html = false;
  bool attachments = false;  ///< a letter has attachments of its own
};

/// The body's headers and tree as append_body() would write them for `content`, with gaps.
Skeleton make_skeleton(const LetterContent& content, SkeletonGaps gaps, std::string_view token);

}  // namespace gatepost::mime
