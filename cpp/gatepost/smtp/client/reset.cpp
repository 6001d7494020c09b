#include "gatepost/smtp/client/reset.hpp"

namespace gatepost::smtp {

using codes::Phase;

void Reset::begin() {
  pending_ = true;
  context_.send("RSET", {.from = this, .phase = Phase::mail, .part = rset});
}

void Reset::begin_behind_dot() {
  context_.send(".", {.from = this, .phase = Phase::final_, .part = lone_dot});
  begin();
}

Step Reset::on_reply(const Expected& to) {
  if (to.part == lone_dot) return Progress::done;
  const auto& reply = context_.reply;
  if (reply.code() >= 300 && !reply.refuses()) return Ending{reply.unexpected("not a valid reply to RSET")};
  pending_ = false;
  if (reply.refuses()) {
    refused_ = true;
    context_.log.note("RSET was refused, the last letter's recipients may still stand: no further letter goes here");
  }
  return Progress::done;
}

}  // namespace gatepost::smtp
