#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace gatepost::smtp {

/// Writes a letter as DATA wants it (RFC 5321 §4.5.2): a dot doubled at the beginning of a line, CRLF at the end of the
/// last line, then ".CRLF". A bare CR or LF becomes CRLF, so that nothing inside a letter can end it early for a server
/// that takes either for a line's end (SMTP smuggling). Pulls from `data` a portion at a time; copies nothing else.
class DotEncoder {
 public:
  /// `data` must outlive the encoder.
  explicit DotEncoder(std::string_view data) : data_(data) {}

  /// Appends until `out` has grown by about `room` bytes (never by more than room + 8) or all is written.
  void append_to(std::string& out, std::size_t room);
  /// The final dot has been appended.
  bool done() const { return done_; }

 private:
  std::size_t next_line_feed(std::size_t from);

  std::string_view data_;
  std::size_t at_ = 0;
  std::size_t line_feed_ = 0;  // the first one at or behind the place last asked for; data_.size() where there is none
  bool searched_ = false;
  bool line_start_ = true;
  bool done_ = false;
};

/// How many octets `data` has as the encoder sends it, without doubled dots and the end: what SIZE counts (RFC 1870
/// §5).
std::size_t size_on_the_wire(std::string_view data);

}  // namespace gatepost::smtp
