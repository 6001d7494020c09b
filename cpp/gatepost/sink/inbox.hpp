#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gatepost/core/clock.hpp"
#include "gatepost/smtp/server/session.hpp"

namespace gatepost::sink {

/// One letter as it came: bytes untouched, envelope apart from the headers, and what was said around it.
struct StoredLetter {
  std::uint64_t id = 0;  ///< 1, 2, ... in order of arrival
  std::string raw;       ///< dot-unstuffed, otherwise exactly as received
  smtp::ServerEnvelope envelope;
  smtp::ServerPeer peer;
  std::string transcript;
  TimePoint received{};
  std::uint64_t bounce_of =
      0;  ///< a notification of the sink's own about the letter of this id; 0: it came from outside
  std::vector<std::string> rules{};  ///< of the sink that had a say on its way, as "rcpt: rule 3"
  std::string discarded;  ///< why nothing of it was kept in the inbox ("test@test.ru", "missing Message-Id"), or ""
};

/// A connection that is over, or still open.
struct SessionRecord {
  smtp::ServerPeer peer;
  std::string transcript;
  std::vector<std::string> warnings;  ///< rules of SMTP that the client broke, in words
  std::string end;                    ///< "" while open; "quit", "connection lost", "timeout" ...
  TimePoint opened{};
  TimePoint closed{};
  std::uint32_t letters = 0;
  std::vector<std::string> rules{};  ///< that had a say, as "rcpt: rule 3"; the first 100
};

using LetterPtr = std::shared_ptr<const StoredLetter>;

/// Letters in memory, bounded by bytes: the oldest go first and are counted. Safe from any thread.
class Inbox {
 public:
  explicit Inbox(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  /// Gives the letter its id and keeps it, among the discarded where `discarded` is set.
  void add(std::shared_ptr<StoredLetter> letter);
  void add(StoredLetter letter) { add(std::make_shared<StoredLetter>(std::move(letter))); }
  void add_session(SessionRecord session);  ///< the last 1000 are kept
  using Filter = std::function<bool(const StoredLetter&)>;
  /// Kept letters (not discarded ones) that pass and came after the one of the id `after`, oldest first. An empty
  /// filter passes all.
  std::vector<LetterPtr> select(const Filter& filter, std::uint64_t after = 0) const;
  std::vector<LetterPtr> discarded() const;
  std::vector<SessionRecord> sessions() const;
  /// Blocks until `count` letters pass or the time is over; returns those that pass. While it blocks, `go_on` is asked
  /// every 100 ms or sooner; false ends the wait.
  std::vector<LetterPtr> wait(std::size_t count, const Filter& filter, std::chrono::milliseconds timeout,
                              const std::function<bool()>& go_on = {}) const;
  void clear();
  std::uint64_t received() const;  ///< all ever, discarded and evicted included
  std::uint64_t evicted() const;

 private:
  void evict();
  std::vector<LetterPtr> later_than(std::uint64_t id) const;  // under the lock

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  mutable std::uint64_t wake_at_ = UINT64_MAX;  // no waiter can be content before the letter of this id is there
  std::deque<LetterPtr> letters_;
  std::deque<LetterPtr> discarded_;
  std::deque<SessionRecord> sessions_;
  std::size_t bytes_ = 0;
  std::size_t max_bytes_;
  std::uint64_t received_ = 0;
  std::uint64_t cleared_ = 0;  // letters up to this id are gone by clear()
  std::uint64_t evicted_ = 0;
};

}  // namespace gatepost::sink
