#pragma once
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/smtp/server/session_transcript.hpp"

namespace gatepost::smtp::server {

/// How a reply goes out.
struct ReplyManner {
  std::chrono::milliseconds dribble{0};  ///< between any two bytes
  bool half = false;                     ///< no more of it
};

/// The replies on their way: held back by a delay, written, handed out to the driver.
class ReplyQueue {
 public:
  /// Writes into `transcript`, too. `enhanced`: replies have enhanced status codes.
  ReplyQueue(SessionTranscript& transcript, bool enhanced) : transcript_(transcript), enhanced_(enhanced) {}

  /// `text` as append_reply() has it.
  void write(std::string_view text, bool refused, ReplyManner manner = {});
  /// Writes `text`, or keeps it for release() while replies are held back. "" writes nothing.
  void write_when_due(std::string_view text, bool refused, ReplyManner manner = {});

  /// From now on replies are held back; they are already: nothing changes.
  void hold(std::chrono::milliseconds delay);
  bool is_holding() const { return holding_ || is_dribbling(); }
  std::chrono::milliseconds delay() const;  ///< until release()
  void release();                           ///< writes what is held back, or lets the next byte go
  void drop();                              ///< forgets what is held back

  /// What is to be written now; not touched until consume().
  std::string_view output() const { return std::string_view(outbox_).substr(out_at_, may_go_ - out_at_); }
  void consume(std::size_t bytes);
  /// What was written becomes output() where nothing is on its way.
  void publish();

 private:
  struct Held {
    std::string text;
    bool refused;
    ReplyManner manner;
  };
  bool is_dribbling() const;

  SessionTranscript& transcript_;
  bool enhanced_;
  bool holding_ = false;
  std::chrono::milliseconds delay_{0};
  std::vector<Held> held_;
  std::string outbox_;
  std::size_t out_at_ = 0;
  std::size_t may_go_ = 0;                // bytes of outbox_
  std::chrono::milliseconds dribble_{0};  // of outbox_; 0: all goes at once
  std::string staged_;
  std::chrono::milliseconds staged_dribble_{0};
};

}  // namespace gatepost::smtp::server
