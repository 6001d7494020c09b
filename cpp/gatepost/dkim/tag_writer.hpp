#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::dkim {

/// Writes a header field of tags, folded at 76 columns; values are broken only where RFC 6376 lets white space stand.
class TagWriter {
 public:
  /// `field_name` without the colon.
  explicit TagWriter(std::string_view field_name);

  void tag(std::string_view name, std::string_view value);
  /// `items` with colons between them; one at least.
  void list(std::string_view name, const std::vector<std::string_view>& items);
  /// A value that may be broken anywhere.
  void base64(std::string_view name, std::string_view value);
  /// The last tag's name; its value follows by finish().
  void open(std::string_view name);
  /// The whole field, with its CRLF. `value` belongs to the tag that open() began.
  std::string finish(std::string_view value) &&;

  /// As written so far, without a CRLF.
  const std::string& text() const { return text_; }

 private:
  void start(std::size_t size);
  void fold();
  void append(std::string_view value);
  void break_anywhere(std::string_view value);

  std::string text_;
  std::size_t column_;
};

}  // namespace gatepost::dkim
