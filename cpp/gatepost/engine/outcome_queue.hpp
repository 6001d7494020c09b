#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>

#include "gatepost/engine/outcome.hpp"

namespace gatepost::engine {

/// Outcomes from the I/O thread to one consumer. The eventfd becomes readable when the queue stops being empty, so an
/// event loop is woken once per batch.
class OutcomeQueue {
 public:
  OutcomeQueue();
  ~OutcomeQueue();
  OutcomeQueue(const OutcomeQueue&) = delete;
  OutcomeQueue& operator=(const OutcomeQueue&) = delete;

  void push(Outcome outcome);
  /// All that is there, at most `max`; clears the eventfd when nothing stays behind.
  std::vector<Outcome> drain(std::size_t max);
  /// Blocks until something is there or the time is over.
  bool wait_for(std::chrono::milliseconds timeout);
  int event_fd() const { return event_fd_; }

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
  std::vector<Outcome> items_;
  int event_fd_ = -1;
};

}  // namespace gatepost::engine
