#pragma once
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "gatepost/engine/preparation.hpp"
#include "gatepost/engine/queued_job.hpp"
#include "gatepost/engine/workers.hpp"

namespace gatepost::engine {

/// Has workers make the letters at the front of a lane's queue before their turn, so that merging and signing take all
/// processors and the I/O thread keeps to its sockets. A letter alone is made by the lane itself: that is sooner. For
/// the lane's thread.
class LookAhead {
 public:
  /// `wake` is called on a worker's thread when letters that take() did not wait for are there.
  LookAhead(SignerChoice signers, std::optional<std::uint64_t> max_bytes, Workers& workers, std::function<void()> wake);

  ~LookAhead();  ///< waits for the letters that workers are at
  LookAhead(const LookAhead&) = delete;
  LookAhead& operator=(const LookAhead&) = delete;

  /// Begins those of the first `most` letters that are not being made yet, as far as memory allows.
  void begin(std::deque<QueuedJob>& queue, std::size_t most);
  /// The job's letter, made now where no worker has begun it; nullopt: a worker is making it.
  std::optional<Preparation::Made> take(const QueuedJob& queued);

 private:
  /// A worker's turn.
  void work();
  std::shared_ptr<Preparation> next_due();
  /// The worker ends its turn, and may touch this no more.
  void leave();
  void leave_locked();
  void wake_lane();

  Preparer preparer_;
  Workers& workers_;
  std::function<void()> wake_;
  SystemClock clock_;
  std::size_t taken_ = 0;  ///< since letters were begun last
  std::shared_ptr<std::atomic<std::size_t>> waiting_bytes_ = std::make_shared<std::atomic<std::size_t>>(0);
  std::atomic<bool> lane_waits_{false};
  std::mutex mutex_;
  std::deque<std::weak_ptr<Preparation>> due_;  ///< in the order of the queue; gone: the lane gave the job back
  std::size_t at_work_ = 0;                     ///< workers that will look for more
  std::condition_variable all_done_;            ///< at_work_ is 0
};

}  // namespace gatepost::engine
