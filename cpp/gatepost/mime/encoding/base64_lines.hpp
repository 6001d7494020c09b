#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace gatepost::mime {

/// Appends base64 in lines of 76 characters parted by CRLF, without one at the end (RFC 2045 §6.8).
void append_base64_lines(std::string& out, std::string_view bytes);

/// Writes what append_base64_lines() writes, piece by piece, into room for base64_lines_size() octets.
class Base64Lines {
 public:
  explicit Base64Lines(char* to) : to_(to) {}

  void octets(std::string_view bytes);
  /// How many octets came last and wait for a whole group of three.
  std::size_t pending() const { return pending_size_; }
  /// Whole groups encoded beforehand, where none is pending.
  void encoded(std::string_view chars);
  /// Pads; nothing may follow. Where the writing ended.
  char* finish();

 private:
  void line_end();

  char* to_;
  std::size_t column_ = 0;
  std::array<char, 3> pending_{};
  std::size_t pending_size_ = 0;
};

/// Octets that append_base64_lines will write for `size` bytes.
std::size_t base64_lines_size(std::size_t size);

}  // namespace gatepost::mime
