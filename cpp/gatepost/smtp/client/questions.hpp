#pragma once
#include <string>
#include <vector>

#include "gatepost/codes/reply.hpp"
#include "gatepost/smtp/client/operation.hpp"

namespace gatepost::smtp {

/// Commands outside of letters, one at a time: NOOP, VRFY, EXPN, HELP, ETRN. Each gets one answer, from us where the
/// server gives none.
class Questions : public Operation {
 public:
  using Operation::Operation;

  void ask(const Question& question);
  /// One is on its way. Nothing rides with it: it may only end a group of pipelined commands (RFC 2920 §3.1).
  bool asking() const { return asking_; }
  /// No server was asked: a reply of code 0.
  void answer_ourselves(std::string why);
  /// The session is over; an open question is answered with the reason.
  void abandon(const codes::Failure& why);
  std::vector<codes::Reply> take_answers();

  Step on_reply(const Expected& to) override;
  void on_shutdown(const Expected& to, const codes::Failure& why) override;

 private:
  void hand_on_reply();

  bool asking_ = false;
  std::vector<codes::Reply> answers_;
};

}  // namespace gatepost::smtp
