#include "gatepost/smtp/client/letter_body.hpp"

#include <string>
#include <utility>

#include "gatepost/smtp/client/queue_id.hpp"

namespace gatepost::smtp {

using codes::Phase;

void LetterBody::begin(bool by_bdat) {
  begun_ = true;
  record_.finals = context_.options.lmtp ? record_.alive : 1;
  context_.wire.write_body_of(*this);
  if (by_bdat) {
    bdat_.emplace(context_, record_);
    return;
  }
  encoder_.emplace(record_.data());
  context_.log.note(std::to_string(record_.data().size()) + " bytes of letter", transcript());
  expect_finals();
}

void LetterBody::expect_finals() {
  Expected final{.from = this, .phase = Phase::final_, .waited = &record_.outcome.timings.final};
  if (!context_.options.lmtp) return context_.wire.expect(final);
  for (const auto& recipient : record_.outcome.recipients) {
    if (!recipient.failure) context_.wire.expect(final);
    ++final.recipient;
  }
}

bool LetterBody::write() {
  if (bdat_) {
    if (!bdat_->write()) return false;
    expect_finals();
  } else {
    auto& staged = context_.wire.staged();
    if (staged.size() < Wire::max_output) encoder_->append_to(staged, Wire::max_output - staged.size());
    if (!encoder_->done()) return false;
  }
  out_ = true;
  return true;
}

Step LetterBody::on_reply(const Expected& to) {
  const auto& reply = context_.reply;
  if (reply.code() >= 300 && !reply.refuses()) return Ending{reply.unexpected("not a valid reply to a letter")};
  if (!out_) return refused_halfway();
  record_.outcome.final_reply = reply.reply();
  if (!reply.refuses()) {
    accepted(to.recipient);
  } else if (context_.options.lmtp) {
    record_.refuse(to.recipient, reply.refusal(Phase::final_));
  } else {
    record_.refuse_all(reply.refusal(Phase::final_));
  }
  if (--record_.finals > 0) return Progress::more;
  record_.done = true;
  // A refused last chunk asks for RSET before all else (RFC 3030 §2).
  return bdat_ && record_.alive == 0 ? Progress::reset : Progress::done;
}

void LetterBody::accepted(std::size_t recipient) {
  auto& outcome = record_.outcome;
  const auto queue_id = [&] { return find_queue_id(outcome.final_reply.text()); };
  if (outcome.queue_id.empty()) outcome.queue_id = queue_id();
  if (context_.options.lmtp) {
    record_.accept(recipient);
    outcome.recipients[recipient].reply = outcome.final_reply;
    outcome.recipients[recipient].queue_id = queue_id();
  } else {
    for (auto& each : outcome.recipients) each.accepted = !each.failure;
  }
}

/// A final reply to a letter whose end the server has not seen.
Step LetterBody::refused_halfway() {
  const auto& reply = context_.reply;
  if (!reply.refuses()) return Ending{reply.unexpected("the letter was accepted before it was sent")};
  record_.outcome.final_reply = reply.reply();
  record_.end(reply.refusal(Phase::data));
  return Ending{reply.protocol_error("the server refused the letter in the middle of its data")};
}

void LetterBody::on_shutdown(const Expected& to, const codes::Failure& why) {
  record_.outcome.final_reply = context_.reply.reply();
  if (record_.finals > 1) record_.refuse(to.recipient, why);
  record_.shut_down(why);
}

}  // namespace gatepost::smtp
