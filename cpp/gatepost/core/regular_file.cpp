#include "gatepost/core/regular_file.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

namespace gatepost {

namespace {

SystemError system_fault() { return {std::error_code(errno, std::generic_category()).message(), errno}; }

SystemError wrong_kind(const char* kind) { return {std::string("is ") + kind + ", not a regular file"}; }

/// nullopt for a regular file.
std::optional<SystemError> fault_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return std::nullopt;
    case S_IFDIR:
      return SystemError{std::generic_category().message(EISDIR), EISDIR};
    case S_IFIFO:
      return wrong_kind("a FIFO");
    case S_IFSOCK:
      return wrong_kind("a socket");
    default:
      return wrong_kind("a device");
  }
}

/// Whether the kernel makes up what is read: without end (trace_pipe), at a side effect, or of an invented size.
bool is_made_up(int descriptor, const struct stat& facts) {
  struct statfs system {};
  if (::fstatfs(descriptor, &system) == 0) {
    for (const auto magic : {PROC_SUPER_MAGIC, SYSFS_MAGIC, DEBUGFS_MAGIC, TRACEFS_MAGIC}) {
      if (static_cast<unsigned long>(system.f_type) == static_cast<unsigned long>(magic)) return true;
    }
  }
  char first = 0;
  return facts.st_size == 0 && ::pread(descriptor, &first, 1, 0) != 0;
}

}  // namespace

OpenFile& OpenFile::operator=(OpenFile&& other) noexcept {
  if (this != &other) {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = other.release();
  }
  return *this;
}

OpenFile::~OpenFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

int OpenFile::release() { return std::exchange(descriptor_, -1); }

Result<OpenFile, SystemError> open_regular_file(const std::string& path) {
  struct stat facts {};
  // Asked before as well as after: to open a device can be to use it.
  if (::stat(path.c_str(), &facts) != 0) return system_fault();
  if (auto fault = fault_of(facts.st_mode)) return *std::move(fault);
  OpenFile file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (file.descriptor() < 0 || ::fstat(file.descriptor(), &facts) != 0) return system_fault();
  if (auto fault = fault_of(facts.st_mode)) return *std::move(fault);
  if (is_made_up(file.descriptor(), facts)) return wrong_kind("made up by the system as it is read");
  return file;
}

std::size_t size_of(const OpenFile& file) {
  struct stat facts {};
  return ::fstat(file.descriptor(), &facts) == 0 ? static_cast<std::size_t>(facts.st_size) : 0;
}

Result<std::size_t, SystemError> read_from(const OpenFile& file, char* out, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const auto got = ::read(file.descriptor(), out + done, size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_fault();
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

}  // namespace gatepost
