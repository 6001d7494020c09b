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

/// Closes on the way out.
struct File {
  int fd;
  ~File() {
    if (fd >= 0) ::close(fd);
  }
};

}  // namespace

Result<std::shared_ptr<Journal>, SystemError> Journal::create(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return refused(path);
  std::shared_ptr<Journal> journal(new Journal(fd), DeleteWhereMade{});
  // The lock dies with the process, so a journal that can be locked has been left behind.
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) return refused(path);
  return journal;
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
  std::size_t written = 0;
  while (written < record.size()) {
    const auto n = ::write(fd_, record.data() + written, record.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const std::lock_guard lock(mutex_);
      if (error_.empty()) error_ = std::strerror(errno);
      return;
    }
    written += static_cast<std::size_t>(n);
  }
}

std::string Journal::error() const {
  const std::lock_guard lock(mutex_);
  return error_;
}

Result<Journal::Replay, SystemError> Journal::replay(const std::string& path) {
  const File file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.fd < 0) return refused(path);
  if (::flock(file.fd, LOCK_SH | LOCK_NB) != 0) return SystemError{path + ": another process is running this campaign"};
  std::string bytes;
  std::array<char, 65536> block;
  for (ssize_t n = 1; n != 0;) {
    n = ::read(file.fd, block.data(), block.size());
    if (n < 0 && errno != EINTR) return refused(path);
    if (n > 0) bytes.append(block.data(), static_cast<std::size_t>(n));
  }
  Replay replay;
  std::string_view rest = bytes;
  while (auto record = decode_record(rest)) {
    // A second INTENT of a letter that was sent anew finds the first; a RESULT takes its place.
    if (record->result || !replay.tickets.contains(record->ticket)) {
      replay.tickets[record->ticket] = std::move(record->result);
    }
  }
  return replay;
}

}  // namespace gatepost::engine
