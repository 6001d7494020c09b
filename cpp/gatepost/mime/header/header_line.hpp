#pragma once
#include <string>
#include <string_view>

namespace gatepost::mime {

/// Writes one header field with RFC 5322 §2.2.3 folding: tokens go on the line while it keeps within 78 octets. A token
/// is never cut, so a longer one stands on a longer line; callers see to it that none reaches 998.
class HeaderLine {
 public:
  static constexpr std::size_t soft_limit = 78;
  static constexpr std::size_t encoded_limit = 76;  ///< of a line with an encoded-word (RFC 2047 §2)

  HeaderLine(std::string& out, std::string_view name);
  ~HeaderLine() { out_ += "\r\n"; }
  HeaderLine(const HeaderLine&) = delete;
  HeaderLine& operator=(const HeaderLine&) = delete;

  /// Adds `space` (white space, kept as it is) and `text`; the fold comes before `space` where one is needed.
  void token(std::string_view text, std::string_view space = " ");

  /// Adds `space` and `text` as RFC 2047 encoded-words: UTF-8, at most 75 characters each, no character cut in two, B
  /// or Q, whichever is shorter. `tail` (a comma) is glued to the last.
  void encoded(std::string_view text, std::string_view space = " ", std::string_view tail = "");

 private:
  void fold_or_space(std::string_view space, bool fold);

  std::string& out_;
  std::size_t line_start_;
  bool has_content_ = false;
};

}  // namespace gatepost::mime
