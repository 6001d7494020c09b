#include <utility>

#include "gatepost/smtp/client/session_impl.hpp"

namespace gatepost::smtp {

void ClientSession::Impl::proceed(const Operation* from, Step step) {
  if (!step) return end(std::move(step).error());
  switch (*step) {
    case Progress::more:
      return;
    case Progress::closed:
      return end_cleanly();
    case Progress::dot_and_reset:
      reset.begin_behind_dot();
      break;
    case Progress::reset:
      reset.begin();
      break;
    case Progress::done:
      break;
  }
  if (stage == Stage::handshake) return continue_handshake(from);
  hand_on_outcomes();
  begin_next();
}

void ClientSession::Impl::continue_handshake(const Operation* from) {
  if (from == &xclient) return proceed(&hello, hello.begin());
  if (from == &login) return become_ready();
  if (starttls.due()) return proceed(&starttls, starttls.begin());
  if (xclient.due()) return proceed(&xclient, xclient.begin());
  if (login.due()) return proceed(&login, login.begin());
  become_ready();
}

void ClientSession::Impl::tls_established(TlsFacts tls) {
  if (stage == Stage::closed || !starttls.handshaking()) return;
  began = true;
  starttls.established(std::move(tls));
  // With TLS from the first byte on, the greeting is still to come.
  if (context.options.security != Security::implicit_tls) proceed(&hello, hello.begin());
}

void ClientSession::Impl::become_ready() {
  stage = Stage::ready;
  shared_facts = std::make_shared<const SessionFacts>(context.facts);
  handshake_log = context.log.text();
  for (auto& each : letters) each.check();
  hand_on_outcomes();
  begin_next();
}

}  // namespace gatepost::smtp
