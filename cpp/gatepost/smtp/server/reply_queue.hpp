#pragma once
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/smtp/server/session_transcript.hpp"

namespace gatepost::smtp::server {

/// The replies on their way: held back by a delay, written, handed out to the driver.
class ReplyQueue {
 public:
  /// Writes into `transcript`, too. `enhanced`: replies have enhanced status codes.
  ReplyQueue(SessionTranscript& transcript, bool enhanced) : transcript_(transcript), enhanced_(enhanced) {}

  /// `text` as append_reply() has it.
  void write(std::string_view text, bool refused);
  /// Writes `text`, or keeps it for release() while replies are held back. "" writes nothing.
  void write_when_due(std::string_view text, bool refused);

  /// From now on replies are held back; they are already: nothing changes.
  void hold(std::chrono::milliseconds delay);
  bool is_holding() const { return holding_; }
  std::chrono::milliseconds delay() const { return holding_ ? delay_ : std::chrono::milliseconds{0}; }
  void release();  ///< writes what is held back
  void drop();     ///< forgets what is held back

  /// What is to be written now; not touched until consume().
  std::string_view output() const { return std::string_view(outbox_).substr(out_at_); }
  void consume(std::size_t bytes);
  /// What was written becomes output() where nothing is on its way.
  void publish();

 private:
  struct Held {
    std::string text;
    bool refused;
  };

  SessionTranscript& transcript_;
  bool enhanced_;
  bool holding_ = false;
  std::chrono::milliseconds delay_{0};
  std::vector<Held> held_;
  std::string outbox_;
  std::size_t out_at_ = 0;
  std::string staged_;
};

}  // namespace gatepost::smtp::server
