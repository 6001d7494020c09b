#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::mime {

/// A line that begins or ends a part of an open multipart (RFC 2046 §5.1.1).
struct BoundaryLine {
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  std::size_t begin = 0;     ///< in the letter; its size where no such line follows
  std::size_t end = 0;       ///< where the next line begins
  std::size_t level = none;  ///< of the multipart whose it is
  bool closes = false;       ///< "--boundary--"
};

/// The boundaries of the multiparts that are open, and the lines that have them.
class BoundaryLines {
 public:
  explicit BoundaryLines(std::string_view raw) : raw_(raw) {}

  /// Opens a multipart and returns its level.
  std::size_t open(std::string boundary);
  /// Its last boundary has come: from now on a line with it belongs to it only if it is no other's.
  void close(std::size_t level) { open_[level].closed = true; }
  bool is_closed(std::size_t level) const { return open_[level].closed; }
  /// Forgets the multipart and all within it.
  void leave(std::size_t level) { open_.resize(level); }

  /// The first of their lines at or behind `at`, where a line begins.
  BoundaryLine next(std::size_t at) const;

 private:
  struct Open {
    std::string boundary;
    bool closed = false;
  };

  /// Of the text behind "--".
  BoundaryLine match(std::string_view line) const;

  std::string_view raw_;
  std::vector<Open> open_;
};

/// The boundary that the parts of `text` plainly have, whatever the header says: that of the first line before a
/// Content- field, or else of the first that has a closing line; "" where there is none.
std::string_view guess_boundary(std::string_view text);

}  // namespace gatepost::mime
