#pragma once
#include <cstddef>
#include <string>

#include "gatepost/core/result.hpp"
#include "gatepost/core/system_error.hpp"

namespace gatepost {

/// A file that is open for reading, closed with its owner.
class OpenFile {
 public:
  explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
  OpenFile(OpenFile&& other) noexcept : descriptor_(other.release()) {}
  OpenFile& operator=(OpenFile&& other) noexcept;
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile();

  int descriptor() const { return descriptor_; }
  /// Gives the descriptor away; the receiver closes it.
  int release();

 private:
  int descriptor_;
};

/// Opens the regular file that a caller named, by symbolic links too. A FIFO, device, socket or directory is refused
/// without waiting for anything, and so is a file of /proc and its like, whose size says nothing of what it holds; the
/// number of that error is 0.
Result<OpenFile, SystemError> open_regular_file(const std::string& path);

/// How many octets an open file has now.
std::size_t size_of(const OpenFile& file);

/// Fills `out` with the next octets and tells how many there were; fewer than `size` at the end alone.
Result<std::size_t, SystemError> read_from(const OpenFile& file, char* out, std::size_t size);

}  // namespace gatepost
