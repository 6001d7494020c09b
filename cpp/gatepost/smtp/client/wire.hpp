#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "gatepost/codes/phase.hpp"

namespace gatepost::smtp {

class Operation;

/// A command whose reply is to come.
struct Expected {
  Operation* from;                              ///< whose it is; lives until its last reply came or Wire::drop()
  codes::Phase phase;                           ///< of the wait for it
  std::uint8_t part = 0;                        ///< which of its commands, in the operation's own terms
  std::uint32_t recipient = 0;                  ///< where the command concerns one
  std::chrono::microseconds* waited = nullptr;  ///< where that wait counts; null: nowhere
  std::uint64_t staged_to = 0;                  ///< set by Wire::expect()
};

/// What goes out, which replies are to come back for it, in their order (RFC 2920), and how long each was waited for.
class Wire {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  static constexpr std::size_t max_output = 64 * 1024;

  explicit Wire(Instant now) : waiting_since_(now) {}

  /// What follows the output: lines are appended here, each with its CRLF, and then expect()ed.
  std::string& staged() { return staged_; }
  /// A reply to all that is staged up to now.
  void expect(Expected reply) {
    reply.staged_to = taken_ + staged_.size();
    expected_.push_back(reply);
  }
  /// The body of `writer` is pulled through its write() whenever there is room, until that says it was the last byte.
  void write_body_of(Operation& writer) { writer_ = &writer; }
  void stop_body() { writer_ = nullptr; }

  /// Handed out and not consumed yet. The view stays valid until consume(), whatever else is called.
  std::string_view output() const { return std::string_view(outbox_).substr(out_at_); }
  void consume(std::size_t bytes);
  /// Called where output() is empty. True where it was the body's last byte that is staged now.
  bool pull_body();
  /// The staged bytes become the output, which must be empty. False where there are none.
  bool hand_out();

  bool writing() const { return writer_ != nullptr; }
  /// No reply is to come.
  bool quiet() const { return expected_.empty(); }
  /// A reply may come: its command was handed out.
  bool awaited() const { return !expected_.empty() && expected_.front().staged_to <= taken_; }
  const Expected& front() const { return expected_.front(); }
  Expected pop() {
    const auto reply = expected_.front();
    expected_.pop_front();
    return reply;
  }
  /// Of the wait in progress.
  codes::Phase phase() const;

  /// A new wait begins; how long the last one took.
  std::chrono::microseconds begin_wait(Instant now);
  /// The reply to front() came: the wait counts where its command says so.
  void note_wait(Instant now);

  /// Nothing more is written or expected; the output in the caller's hands stays as it is.
  void drop();

 private:
  std::string outbox_;  // not touched until consumed
  std::size_t out_at_ = 0;
  std::string staged_;
  std::uint64_t taken_ = 0;  // bytes handed out so far
  std::deque<Expected> expected_;
  Operation* writer_ = nullptr;
  Instant waiting_since_;
};

}  // namespace gatepost::smtp
