#include <utility>

#include "gatepost/smtp/client/session_impl.hpp"

namespace gatepost::smtp {

using codes::Phase;

/// 421, which may come at any time (RFC 5321 §3.8).
void ClientSession::Impl::on_shutdown() {
  if (quit.sent()) return end_cleanly();
  const auto why = context.reply.refusal(phase());
  if (context.wire.awaited()) {
    const auto to = context.wire.pop();
    to.from->on_shutdown(to, why);
  }
  end({why});
}

void ClientSession::Impl::fail(codes::Failure why) {
  if (stage == Stage::closed) return;
  if (quit.sent()) return end_cleanly();
  const bool before_all = why.phase == Phase::dns || why.phase == Phase::connect || why.phase == Phase::tls;
  if (began || !before_all) why.phase = phase();
  end({std::move(why)});
}

void ClientSession::Impl::end(Ending ending) {
  auto& why = ending.why;
  context.log.note(why.message);
  questions.abandon(why);
  close(why.phase);
  for (auto& each : letters) {
    if (!each.record.done) each.break_off(why);
  }
  hand_on_outcomes();
  failure = std::move(why);
  context.wire.staged().append(ending.closing_lines);
  for (auto rest = ending.closing_lines; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) {
    context.log.client(rest.substr(0, rest.find('\r')));
  }
}

void ClientSession::Impl::end_cleanly() {
  close(phase());
  const auto over = codes::local_failure(codes::Category::connection_lost, last_phase, "the session is over");
  for (auto& each : letters) {
    if (!each.record.done) each.return_untouched(over);
  }
  hand_on_outcomes();
}

void ClientSession::Impl::close(Phase phase) {
  last_phase = phase;
  stage = Stage::closed;
  context.wire.drop();
}

}  // namespace gatepost::smtp
