#pragma once
#include "gatepost/smtp/client/operation.hpp"

namespace gatepost::smtp {

/// The end that was asked for: QUIT, once nothing else is on its way. Whatever the server says to it is a yes.
class Quit : public Operation {
 public:
  using Operation::Operation;

  void want() { wanted_ = true; }
  bool wanted() const { return wanted_; }
  bool sent() const { return sent_; }
  void begin() {
    sent_ = true;
    context_.send("QUIT", {.from = this, .phase = codes::Phase::mail});
  }
  Step on_reply(const Expected& /*to*/) override { return Progress::closed; }

 private:
  bool wanted_ = false;
  bool sent_ = false;
};

}  // namespace gatepost::smtp
