#include "gatepost/engine/look_ahead.hpp"

#include <algorithm>

namespace gatepost::engine {

namespace {

constexpr std::size_t window = 64;                    // letters
constexpr std::size_t refill = window / 2;            // letters: few at a time would wake workers for each
constexpr std::size_t most_bytes = 16 * 1024 * 1024;  // made and waiting, but for the letter that each worker is at
constexpr std::size_t turn = 16;                      // letters, then other lanes' are due
constexpr std::size_t worth_waking = 8;               // letters: a woken lane starts several at once

}  // namespace

LookAhead::LookAhead(SignerChoice signers, std::optional<std::uint64_t> max_bytes, Workers& workers,
                     std::function<void()> wake)
    : preparer_(std::move(signers), max_bytes), workers_(workers), wake_(std::move(wake)) {}

LookAhead::~LookAhead() {
  std::unique_lock lock(mutex_);
  due_.clear();
  all_done_.wait(lock, [this] { return at_work_ == 0; });
}

void LookAhead::begin(std::deque<QueuedJob>& queue, std::size_t most) {
  most = std::min({most, window, queue.size()});
  if (most < 2 || (queue.front().preparation && taken_ < refill)) return;
  taken_ = 0;
  const auto end = queue.begin() + static_cast<std::ptrdiff_t>(most);
  // Those that are begun stand first: what goes again is put before the others.
  const auto first = std::find_if(queue.begin(), end, [](const auto& q) { return !q.prepared && !q.preparation; });
  const std::lock_guard lock(mutex_);
  for (auto queued = first; queued != end && preparer_.has_work(queued->job.letter); ++queued) {
    if (queued->prepared) continue;  // put off before, and behind the others now
    queued->preparation = std::make_shared<Preparation>(queued->job.letter, queued->job.binary(), waiting_bytes_);
    due_.push_back(queued->preparation);
  }
  try {
    for (; at_work_ < std::min(workers_.most(), due_.size()); ++at_work_) workers_.post([this] { work(); });
  } catch (const std::exception&) {
    due_.clear();  // no thread is to be had: the lane makes them itself
  }
}

std::optional<Preparation::Made> LookAhead::take(const QueuedJob& queued) {
  ++taken_;
  if (!queued.preparation) return preparer_.prepare(queued.job.letter, queued.job.binary(), clock_.now());
  auto& preparation = *queued.preparation;
  if (preparation.made() || preparation.make(preparer_, clock_.now())) return preparation.take();
  lane_waits_ = true;
  // The worker may have looked whether somebody waits just before.
  if (preparation.made()) return preparation.take();
  return std::nullopt;
}

void LookAhead::work() {
  for (std::size_t made = 1; made <= turn; ++made) {
    const auto preparation = next_due();
    if (!preparation) return;
    preparation->make(preparer_, clock_.now());
    if (made % worth_waking == 0) wake_lane();
  }
  try {
    workers_.post([this] { work(); });
  } catch (const std::exception&) {
    leave();  // the lane makes what is left when its turn is there
  }
}

/// Null: the worker leaves, and may touch this no more.
std::shared_ptr<Preparation> LookAhead::next_due() {
  const std::lock_guard lock(mutex_);
  // The lane makes what is left when its turn is there.
  if (*waiting_bytes_ >= most_bytes) due_.clear();
  while (!due_.empty()) {
    auto preparation = due_.front().lock();
    due_.pop_front();
    if (preparation) return preparation;
  }
  leave_locked();
  return nullptr;
}

void LookAhead::leave() {
  const std::lock_guard lock(mutex_);
  leave_locked();
}

void LookAhead::leave_locked() {
  wake_lane();
  --at_work_;
  all_done_.notify_all();
}

void LookAhead::wake_lane() {
  if (lane_waits_.exchange(false)) wake_();
}

}  // namespace gatepost::engine
