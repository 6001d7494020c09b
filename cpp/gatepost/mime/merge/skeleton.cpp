#include "gatepost/mime/merge/skeleton.hpp"

#include <utility>

#include "gatepost/mime/compose/body_writer.hpp"

namespace gatepost::mime {

namespace {

class SkeletonWriter final : public BodyWriter {
 public:
  SkeletonWriter(std::string& bytes, const LetterContent& content, SkeletonGaps gaps, std::string_view token)
      : BodyWriter(bytes, content, token), gaps_(gaps) {}

  Skeleton finish() && {
    write();
    cut(std::monostate{});
    return std::move(pieces_);
  }

 private:
  template <class T>
  void cut(T next) {
    pieces_.push_back({std::exchange(out(), {}), std::move(next)});
  }

  void text(TextKind kind, const std::string& body, bool whole) override {
    const bool gap = kind == TextKind::html ? gaps_.html : gaps_.text;
    if (gap) return cut(TextGap{kind, whole});
    BodyWriter::text(kind, body, whole);
  }
  // A shared part is not copied here: it may be large, and every letter copies it anyway.
  void leaf(const std::shared_ptr<const Part>& part) override {
    cut(std::static_pointer_cast<const EncodedPart>(part));
  }
  bool more_attachments() const override { return gaps_.attachments; }
  void attach_more(std::string_view boundary) override {
    if (gaps_.attachments) cut(AttachmentGap{std::string(boundary)});
  }

  SkeletonGaps gaps_;
  Skeleton pieces_;
};

}  // namespace

Skeleton make_skeleton(const LetterContent& content, SkeletonGaps gaps, std::string_view token) {
  std::string bytes;
  return SkeletonWriter(bytes, content, gaps, token).finish();
}

}  // namespace gatepost::mime
