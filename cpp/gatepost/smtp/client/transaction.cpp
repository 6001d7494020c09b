#include "gatepost/smtp/client/transaction.hpp"

#include <utility>

namespace gatepost::smtp {

Transaction::Transaction(SessionContext& session, ClientLetter&& letter)
    : context(session),
      record(std::move(letter), session.log.for_letter()),
      body(session, record),
      envelope(session, record, plan, body) {}

void Transaction::check() {
  if (std::exchange(checked, true)) return;
  plan = plan_letter(record, context.facts, context.extensions, context.options.chunking);
}

void Transaction::break_off(const codes::Failure& why) {
  if (context.log.kept() && !why.message.empty()) record.transcript.note(why.message);
  auto own = why;
  own.maybe_delivered = body.out();
  record.outcome.untouched = !envelope.answered() && !body.out();
  record.end(own);
}

void Transaction::return_untouched(const codes::Failure& why) {
  record.outcome.untouched = true;
  record.end(why);
}

}  // namespace gatepost::smtp
