#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace gatepost::smtp {

/// What was said on a connection, one "C: ..." or "S: ..." or "-- ..." (our note) line each, secrets masked by those
/// who write it. Bounded: beyond max_bytes the middle is replaced by one "-- ... N bytes left out" line, and a line
/// longer than 1000 bytes is cut short. Control characters become "?". With max_bytes 0 nothing is kept.
class Transcript {
 public:
  explicit Transcript(std::size_t max_bytes = 32 * 1024) : max_bytes_(max_bytes) {}
  void client(std::string_view line) { add("C: ", line); }
  void server(std::string_view line) { add("S: ", line); }
  void note(std::string_view line) { add("-- ", line); }
  const std::string& text() const { return text_; }
  void clear();

 private:
  void add(std::string_view prefix, std::string_view line);
  void cut();

  std::string text_;
  std::size_t max_bytes_;
  std::size_t cut_at_ = 0;    // where the "left out" line begins; meaningful once something is left out
  std::size_t cut_size_ = 0;  // length of that line
  std::size_t left_out_ = 0;
};

}  // namespace gatepost::smtp
