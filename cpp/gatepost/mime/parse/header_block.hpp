#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gatepost::mime {

/// One field of a header block; the views point into the letter.
struct HeaderField {
  std::string_view name;
  std::string_view value;  ///< as it stands, folds included, without its last line end
};

/// Walks the fields of a header block in one pass, whatever its line ends; lines that are no field are passed over.
class HeaderBlock {
 public:
  explicit HeaderBlock(std::string_view raw) : raw_(raw) {}

  /// The next field, or nullopt at the blank line or the end.
  std::optional<HeaderField> next();

  /// Where the field that next() gave begins; behind the last one, where the body begins.
  std::size_t position() const { return position_; }

 private:
  std::string_view take_line();

  std::string_view raw_;
  std::size_t next_ = 0;
  std::size_t position_ = 0;
};

/// `value` on one line: folds go, their white space stays (RFC 5322 §2.2.3); trimmed.
std::string unfold(std::string_view value);

}  // namespace gatepost::mime
