#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "gatepost/sink/arrival.hpp"

namespace gatepost::sink {

/// Letters whose clients wait for a decision on them: one of each session at most, so there are never more
/// than sessions. Safe from any thread.
class DecisionQueue {
 public:
  struct Waiting {
    std::uint64_t session_id = 0;
    Arrival arrival;
    smtp::Verdict if_accepted;  ///< the reply that the rules gave, or the ordinary one
  };

  /// Gives the letter the id by which it is taken: 1, 2, ... in order of arrival.
  void add(Waiting waiting);
  /// Blocks until letters are there that wait() has not shown yet, and returns them all; none when the time is over or
  /// the queue is closed. While it blocks, `go_on` is asked every 100 ms or sooner; false ends the wait.
  std::vector<LetterPtr> wait(std::chrono::milliseconds timeout, const std::function<bool()>& go_on = {});
  /// The letter of this id, for good; nullopt where it is gone.
  std::optional<Waiting> take(std::uint64_t id);
  /// Drops them all and ends every wait.
  void close();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::unordered_map<std::uint64_t, Waiting> waiting_;
  std::vector<LetterPtr> unseen_;
  std::uint64_t next_id_ = 1;
  bool closed_ = false;
};

}  // namespace gatepost::sink
