#include "gatepost/engine/journal.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "gatepost/engine/journal_codec.hpp"

namespace gatepost::engine {

namespace {

SystemError refused(const std::string& path) { return {path + ": " + std::strerror(errno), errno}; }

/// The lock dies with the process, so a journal that can be locked has been left behind.
Result<int, SystemError> create_locked(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return refused(path);
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
  const auto error = refused(path);
  ::close(fd);
  return error;
}

/// Closes on the way out.
struct File {
  int fd;
  ~File() {
    if (fd >= 0) ::close(fd);
  }
};

}  // namespace

Result<std::shared_ptr<Journal>, SystemError> Journal::create(const std::string& path) {
  const auto fd = create_locked(path);
  if (!fd) return fd.error();
  return std::shared_ptr<Journal>(new Journal(*fd), DeleteWhereMade{});
}

std::optional<SystemError> Journal::continue_in(const std::string& path) {
  const auto fd = create_locked(path);
  if (!fd) return fd.error();
  const std::lock_guard lock(mutex_);
  ::flock(fd_, LOCK_UN);
  ::close(fd_);
  fd_ = *fd;
  size_ = 0;
  return std::nullopt;
}

std::uint64_t Journal::size() const {
  const std::lock_guard lock(mutex_);
  return size_;
}

Journal::~Journal() {
  // A child made by fork has a copy of the descriptor, and would keep the lock.
  ::flock(fd_, LOCK_UN);
  ::close(fd_);
}

void Journal::leave_to_parent() {
  ::close(fd_);
  fd_ = -1;
}

void Journal::intent(std::uint64_t ticket) { append(encode_intent(ticket)); }

void Journal::result(const Outcome& outcome) { append(encode_result(outcome)); }

void Journal::append(const std::string& record) {
  const std::lock_guard lock(mutex_);
  std::size_t written = 0;
  while (written < record.size()) {
    const auto n = ::write(fd_, record.data() + written, record.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      if (error_.empty()) error_ = std::strerror(errno);
      return;
    }
    written += static_cast<std::size_t>(n);
    size_ += static_cast<std::size_t>(n);
  }
}

std::string Journal::error() const {
  const std::lock_guard lock(mutex_);
  return error_;
}

namespace {

/// Appends what stands in a file to `bytes`.
std::optional<SystemError> read_all(const std::string& path, std::string& bytes) {
  const File file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.fd < 0) return refused(path);
  if (::flock(file.fd, LOCK_SH | LOCK_NB) != 0) return SystemError{path + ": another process is running this campaign"};
  std::array<char, 65536> block;
  for (ssize_t n = 1; n != 0;) {
    n = ::read(file.fd, block.data(), block.size());
    if (n < 0 && errno != EINTR) return refused(path);
    if (n > 0) bytes.append(block.data(), static_cast<std::size_t>(n));
  }
  return std::nullopt;
}

}  // namespace

Result<Journal::Replay, SystemError> Journal::replay(const std::vector<std::string>& paths) {
  Replay replay;
  for (const auto& path : paths) {
    std::string bytes;
    if (auto error = read_all(path, bytes)) return *std::move(error);
    std::string_view rest = bytes;
    while (!rest.empty()) {
      auto record = decode_record(rest);
      if (!record) {
        replay.damaged = replay.damaged || !is_torn(rest);
        rest = from_next_intent(rest);
        replay.damaged = replay.damaged || !rest.empty();
        continue;
      }
      // A second INTENT of a letter that was sent anew finds the first; a RESULT takes its place.
      if (record->result || !replay.tickets.contains(record->ticket)) {
        replay.tickets[record->ticket] = std::move(record->result);
      }
    }
  }
  return replay;
}

}  // namespace gatepost::engine
