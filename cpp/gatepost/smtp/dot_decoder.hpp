#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gatepost/smtp/octet_scan.hpp"

namespace gatepost::smtp {

inline constexpr std::size_t max_line_octets = 1000;

/// Reads what follows DATA's 354 (RFC 5321 §4.5.2), in any portions: ends on CRLF.CRLF alone (the first line may be the
/// dot), takes the doubled dots away, leaves every other byte as it is. Memory is bounded by max_bytes: beyond it the
/// rest is read and thrown away.
class DotDecoder {
 public:
  explicit DotDecoder(std::uint64_t max_bytes) : max_bytes_(max_bytes) {}

  /// Takes bytes from the front, at most up to the end of the letter; the letter's own are appended to `out`.
  void read(std::string_view& bytes, std::string& out);
  bool done() const { return done_; }
  bool too_large() const { return too_large_; }
  /// A CR without LF or an LF without CR stood somewhere before the end.
  bool bare_newline() const { return bare_newline_; }
  /// A line had more than 1000 octets with its CRLF (RFC 5321 §4.5.3.1.6), a doubled dot counted once.
  bool long_line() const { return long_line_; }
  /// What else was read before the end.
  const OctetScan& octets() const { return octets_; }

 private:
  // What stood right before the next byte. `dot` and `dot_cr` are dots at a line's beginning that are not written yet.
  enum class Seen : unsigned char { crlf, text, cr, dot, dot_cr };
  void decode(std::string_view& bytes, std::string& out);
  void keep(std::string_view bytes, std::string& out);
  void step(char c, std::string& out);
  void count(std::size_t octets) { long_line_ = (line_ += octets) > max_line_octets || long_line_; }
  std::size_t whole_lines(std::string_view bytes);

  std::uint64_t max_bytes_;
  OctetScan octets_;
  Seen seen_ = Seen::crlf;
  bool done_ = false;
  bool too_large_ = false;
  bool bare_newline_ = false;
  bool long_line_ = false;
  std::uint64_t line_ = 0;  // octets of the line that has begun
};

}  // namespace gatepost::smtp
