#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace gatepost::smtp {

/// Bytes that came and are not served yet. What is taken off the front is moved away only once it is the greater part,
/// so that many small takes from a full buffer stay linear.
class InputBuffer {
 public:
  std::string_view view() const { return std::string_view(bytes_).substr(at_); }
  bool empty() const { return at_ == bytes_.size(); }
  std::size_t size() const { return bytes_.size() - at_; }
  void append(std::string_view bytes) { bytes_.append(bytes); }
  /// All but the last `count` bytes are done with.
  void keep_last(std::size_t count) {
    at_ = bytes_.size() - count;
    if (at_ > bytes_.size() / 2) {
      bytes_.erase(0, at_);
      at_ = 0;
    }
  }
  void clear() {
    bytes_.clear();
    at_ = 0;
  }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

}  // namespace gatepost::smtp
