#include "gatepost/sink/decision_queue.hpp"

#include <algorithm>
#include <utility>

namespace gatepost::sink {

namespace {
constexpr std::chrono::milliseconds slice{100};
}

void DecisionQueue::add(Waiting waiting) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    const auto id = next_id_++;
    waiting.arrival.letter->id = id;
    first = unseen_.empty();
    unseen_.push_back(waiting.arrival.letter);
    waiting_.emplace(id, std::move(waiting));
  }
  if (first) changed_.notify_all();
}

std::vector<LetterPtr> DecisionQueue::wait(std::chrono::milliseconds timeout, const std::function<bool()>& go_on) {
  const auto end = std::chrono::steady_clock::now() + timeout;
  std::unique_lock lock(mutex_);
  while (unseen_.empty() && !closed_) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= end) break;
    if (changed_.wait_until(lock, std::min(end, now + slice)) == std::cv_status::no_timeout || !go_on) continue;
    lock.unlock();
    const bool wanted = go_on();
    lock.lock();
    if (!wanted) return {};
  }
  return std::exchange(unseen_, {});
}

std::optional<DecisionQueue::Waiting> DecisionQueue::take(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  const auto found = waiting_.find(id);
  if (found == waiting_.end()) return std::nullopt;
  auto waiting = std::move(found->second);
  waiting_.erase(found);
  return waiting;
}

void DecisionQueue::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    waiting_.clear();
    unseen_.clear();
  }
  changed_.notify_all();
}

}  // namespace gatepost::sink
