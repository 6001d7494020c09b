#include "gatepost/engine/token_queue.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace gatepost::engine {

namespace {

constexpr std::chrono::milliseconds together{100};

int open_event_fd() {
  const int fd = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  return fd;
}

}  // namespace

TokenQueue::TokenQueue(std::shared_ptr<const MonotonicClock> clock)
    : clock_(std::move(clock)), event_fd_(open_event_fd()) {}

TokenQueue::~TokenQueue() { ::close(event_fd_); }

void TokenQueue::ask(std::uint32_t wanted) {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = wanted;
  }
  wake();
}

void TokenQueue::ended() {
  const std::lock_guard lock(mutex_);
  const auto now = clock_->now();
  if (ended_.empty() || now - ended_.back().first >= together) ended_.push_back({now, now, 0});
  ended_.back().last = now;
  ++ended_.back().letters;
}

void TokenQueue::give_back(std::uint32_t) { wake(); }

TokenQueue::Told TokenQueue::take() {
  eventfd_t ignored = 0;
  [[maybe_unused]] const auto read = ::eventfd_read(event_fd_, &ignored);
  const std::lock_guard lock(mutex_);
  const auto now = clock_->now();
  Told told{std::exchange(wanted_, 0), {}};
  for (const auto& slot : ended_) told.ended.push_back({now - slot.last, slot.letters});
  ended_.clear();
  return told;
}

void TokenQueue::wake() {
  // An eventfd that cannot be written is full, that is: readable already.
  [[maybe_unused]] const auto written = ::eventfd_write(event_fd_, 1);
}

}  // namespace gatepost::engine
