#pragma once
#include "gatepost/smtp/client/session_context.hpp"
#include "gatepost/smtp/client/step.hpp"
#include "gatepost/smtp/client/wire.hpp"
#include "gatepost/smtp/transcript.hpp"

namespace gatepost::smtp {

/// One thing that a client does with a server, from its first command to its last reply: login, RSET, a letter's
/// envelope. It keeps what only it needs, puts its commands on the wire, gets their replies, and knows nothing of what
/// comes before or after it.
class Operation {
 public:
  explicit Operation(SessionContext& context) : context_(context) {}
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;
  virtual ~Operation() = default;

  /// context.reply is the answer to the operation's command `to`, no longer expected. Never 421.
  virtual Step on_reply(const Expected& to) = 0;
  /// 421 in the place of that answer: the session ends for `why`, whatever the operation makes of it.
  virtual void on_shutdown(const Expected& /*to*/, const codes::Failure& /*why*/) {}
  /// Stages the next portion of the body for which it called Wire::write_body_of(). True with the last byte.
  virtual bool write() { return true; }
  /// The letter's own, where the operation is part of one.
  virtual Transcript* transcript() { return nullptr; }

  /// The server has replied to it, even if the reply makes no sense.
  bool answered() const { return answered_; }
  void note_answer() { answered_ = true; }

 protected:
  SessionContext& context_;

 private:
  bool answered_ = false;
};

}  // namespace gatepost::smtp
