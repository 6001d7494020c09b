#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

namespace gatepost::smtp::server {

/// A line that a client sent, without its line end.
struct CommandInput {
  std::string_view text;
  bool bare = false;      ///< it ended with LF alone
  bool too_long = false;  ///< `text` is not the whole of it
};

/// Cuts lines off the input. No byte of a begun line is looked at twice, and a line over the limit is thrown away as it
/// comes.
class LineReader {
 public:
  /// The next line, taken off the front of `bytes`. nullopt: its end is not there yet, and `bytes` begins with what
  /// there is of it. `limit`: the bytes a line may have.
  std::optional<CommandInput> read(std::string_view& bytes, std::size_t limit);
  /// The begun line is forgotten.
  void clear() { *this = LineReader(); }

 private:
  std::size_t scanned_ = 0;  // of the begun line: there is no LF in it
  bool skipping_ = false;    // it is over the limit
};

}  // namespace gatepost::smtp::server
