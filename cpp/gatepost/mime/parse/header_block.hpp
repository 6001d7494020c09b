#pragma once
#include <bitset>
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

/// Walks the fields of a header block in one pass, whatever its line ends. It ends at the blank line or, where that is
/// missing, at a line that begins with "--" (a boundary) or is no field and has no known field behind it that the block
/// lacks: there the text begins. Other lines that are no field are passed over.
class HeaderBlock {
 public:
  explicit HeaderBlock(std::string_view raw) : raw_(raw) {}

  /// The next field, or nullopt at the end of the block.
  std::optional<HeaderField> next();

  /// Where the field that next() gave begins; behind the last one, where the body begins.
  std::size_t position() const { return position_; }

  /// Behind the last field: whether a blank line ended the block.
  bool has_blank_line() const { return has_blank_line_; }
  /// Whether a line was passed over that is no field.
  bool has_odd_lines() const { return has_odd_lines_; }
  /// Whether a field up to here is one that letters have.
  bool has_known_field() const { return has_known_field_; }

 private:
  static constexpr std::size_t max_known = 32;

  std::string_view take_line();
  std::optional<HeaderField> end_at(std::size_t body);
  /// Where the last known field stands that the block lacks up to here; 0 where there is none.
  std::size_t last_known_field();
  bool is_wanted(std::string_view name) const;
  void note(std::string_view name);

  std::string_view raw_;
  std::size_t next_ = 0;
  std::size_t position_ = 0;
  std::bitset<max_known> seen_;
  std::optional<std::size_t> last_known_;
  bool ended_ = false;
  bool has_blank_line_ = false;
  bool has_odd_lines_ = false;
  bool has_known_field_ = false;
};

/// `value` on one line: folds go, their white space stays (RFC 5322 §2.2.3), other carriage returns become spaces;
/// trimmed.
std::string unfold(std::string_view value);

}  // namespace gatepost::mime
