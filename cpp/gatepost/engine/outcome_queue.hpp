#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>

#include "gatepost/core/of_one_process.hpp"
#include "gatepost/engine/outcome.hpp"

namespace gatepost::engine {

/// Outcomes from the I/O thread to one consumer, who either waits or watches the eventfd. It is readable while
/// something is there, so an event loop is woken once per batch; it exists only once it is asked for.
class OutcomeQueue : public OfOneProcess {
 public:
  OutcomeQueue() = default;
  ~OutcomeQueue();
  OutcomeQueue(const OutcomeQueue&) = delete;
  OutcomeQueue& operator=(const OutcomeQueue&) = delete;

  void push(Outcome outcome);
  /// All that is there, at most `max`; clears the eventfd when nothing stays behind.
  std::vector<Outcome> drain(std::size_t max);
  /// Blocks until so many are there or the time is over; whether anything is there then.
  bool wait_for(std::chrono::milliseconds timeout, std::size_t at_least = 1);
  /// Throws std::system_error where the system has none left.
  int event_fd();

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
  std::vector<Outcome> items_;
  std::size_t awaited_ = 0;  ///< by wait_for(); 0: no thread waits
  int event_fd_ = -1;
};

}  // namespace gatepost::engine
