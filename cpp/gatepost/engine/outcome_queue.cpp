#include "gatepost/engine/outcome_queue.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace gatepost::engine {

OutcomeQueue::~OutcomeQueue() {
  if (event_fd_ >= 0) ::close(event_fd_);
}

int OutcomeQueue::event_fd() {
  const std::lock_guard lock(mutex_);
  if (event_fd_ < 0) event_fd_ = ::eventfd(items_.empty() ? 0 : 1, EFD_NONBLOCK | EFD_CLOEXEC);
  if (event_fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  return event_fd_;
}

void OutcomeQueue::push(Outcome outcome) {
  const std::lock_guard lock(mutex_);
  items_.push_back(std::move(outcome));
  if (items_.size() == 1 && event_fd_ >= 0) {
    // An eventfd that cannot be written is full, that is: readable already.
    [[maybe_unused]] const auto written = ::eventfd_write(event_fd_, 1);
  }
  // A thread that is woken for each of many costs more than what it takes.
  if (awaited_ != 0 && items_.size() >= awaited_) ready_.notify_one();
}

std::vector<Outcome> OutcomeQueue::drain(std::size_t max) {
  const std::lock_guard lock(mutex_);
  std::vector<Outcome> taken;
  if (items_.size() <= max) {
    taken.swap(items_);
  } else {
    const auto end = items_.begin() + static_cast<std::ptrdiff_t>(max);
    taken.assign(std::make_move_iterator(items_.begin()), std::make_move_iterator(end));
    items_.erase(items_.begin(), end);
  }
  if (items_.empty() && event_fd_ >= 0) {
    eventfd_t ignored = 0;
    [[maybe_unused]] const auto read = ::eventfd_read(event_fd_, &ignored);
  }
  return taken;
}

bool OutcomeQueue::wait_for(std::chrono::milliseconds timeout, std::size_t at_least) {
  std::unique_lock lock(mutex_);
  awaited_ = at_least;
  ready_.wait_for(lock, timeout, [&] { return items_.size() >= at_least; });
  awaited_ = 0;
  return !items_.empty();
}

}  // namespace gatepost::engine
