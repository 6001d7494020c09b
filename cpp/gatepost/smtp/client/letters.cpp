#include <utility>

#include "gatepost/smtp/client/session_impl.hpp"

namespace gatepost::smtp {

bool ClientSession::Impl::spent() const {
  const auto& limits = context.facts.limits;
  return reset.refused() || (limits.mail_max && mails >= *limits.mail_max);
}

bool ClientSession::Impl::wants_letter() const {
  if (stage != Stage::ready || quit.wanted() || spent() || reset.pending() || questions.asking()) return false;
  const Transaction* active = nullptr;
  for (const auto& each : letters) {
    if (each.record.done) continue;
    if (active != nullptr || !each.envelope.begun()) return false;
    active = &each;
  }
  if (active != nullptr) return context.one_round_trip() && active->body.begun() && !active->plan.bdat;
  return context.pipelining() || context.wire.quiet();
}

void ClientSession::Impl::submit(ClientLetter letter) {
  if (context.options.lmtp) letter.all_or_nothing = false;
  auto& added = letters.emplace_back(context, std::move(letter));
  if (stage == Stage::closed) {
    added.return_untouched(
        failure ? *failure : codes::local_failure(codes::Category::connection_lost, last_phase, "the session is over"));
  } else if (stage == Stage::ready) {
    added.check();
  }
  hand_on_outcomes();
  begin_next();
}

void ClientSession::Impl::ask(const Question& question) {
  if (stage == Stage::closed || quit.wanted() || spent()) return questions.answer_ourselves("the session is over");
  if (need() != Need::letter) return questions.answer_ourselves("the session is not idle");
  questions.ask(question);
}

void ClientSession::Impl::begin_next() {
  if (stage != Stage::ready || quit.sent() || context.wire.writing() || questions.asking()) return;
  if (!context.pipelining() && !context.wire.quiet()) return;
  bool busy = false;
  for (auto& each : letters) {
    if (each.record.done) continue;
    if (!each.envelope.begun()) {
      if (spent()) break;
      // A server that refuses RSET may put the recipients it kept to the next MAIL's.
      if (reset.pending()) return;
      ++mails;
      return each.envelope.begin();
    }
    // Behind BDAT nothing rides: a refused last chunk asks for RSET before all else (RFC 3030 §2).
    if (busy || !context.one_round_trip() || !each.body.out() || each.plan.bdat) return;
    busy = true;
  }
  if ((quit.wanted() || spent()) && !busy) quit.begin();
}

void ClientSession::Impl::hand_on_outcomes() {
  while (!letters.empty() && letters.front().record.done) {
    auto& record = letters.front().record;
    if (context.log.kept()) {
      record.outcome.transcript =
          (handshake_log.empty() ? context.log.text() : handshake_log) + record.transcript.text();
    }
    record.outcome.session = shared_facts;
    outcomes.push_back(std::move(record.outcome));
    letters.pop_front();
  }
}

}  // namespace gatepost::smtp
