#include "gatepost/core/standstill.hpp"

#include <algorithm>
#include <atomic>

#include "gatepost/core/of_one_process.hpp"

namespace gatepost {

namespace {

std::atomic<std::uint32_t> forks{0};
std::atomic<Standstill*> current{nullptr};

}  // namespace

std::uint32_t process_generation() { return forks.load(std::memory_order_relaxed); }

Standstill& Standstill::process() {
  // Never destroyed: threads may still run while the process ends.
  static Standstill* const first = [] {
    auto* const made = new Standstill;
    current = made;
    return made;
  }();
  static_cast<void>(first);
  return *current;
}

void Standstill::in_child() {
  // The one before is left as it is: its locks are held by threads that are not there.
  process();
  current = new Standstill;
  ++forks;
}

void Standstill::add(Crew& crew) {
  const std::lock_guard lock(crews_mutex_);
  crews_.push_back(&crew);
}

void Standstill::remove(Crew& crew) {
  const std::lock_guard lock(crews_mutex_);
  std::erase(crews_, &crew);
}

void Standstill::begin(std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  crews_mutex_.lock();
  working_locked_ = working_.try_lock_until(end);
  std::unique_lock lock(mutex_);
  standing_ = 0;
  std::size_t asked = 0;
  for (auto* const crew : crews_) {
    const auto count = crew->count();
    for (std::size_t i = 0; i < count; ++i) crew->post([this, turn = turn_] { stand(turn); });
    asked += count;
  }
  arrived_.wait_until(lock, end, [&] { return standing_ == asked; });
}

void Standstill::stand(std::uint64_t turn) {
  std::unique_lock lock(mutex_);
  if (turn != turn_) return;  // came too late
  ++standing_;
  arrived_.notify_one();
  released_.wait(lock, [&] { return turn != turn_; });
}

void Standstill::end() {
  {
    const std::lock_guard lock(mutex_);
    ++turn_;
  }
  released_.notify_all();
  if (working_locked_) working_.unlock();
  crews_mutex_.unlock();
}

}  // namespace gatepost
