#include "gatepost/smtp/client/start_tls.hpp"

#include <utility>

namespace gatepost::smtp {

using codes::Category;
using codes::Phase;

StartTls::StartTls(SessionContext& context)
    : Operation(context), handshaking_(context.options.security == Security::implicit_tls) {}

bool StartTls::due() const {
  if (context_.encrypted()) return false;
  const auto asked = context_.options.security;
  return asked == Security::starttls || (asked == Security::starttls_if_offered && context_.extensions.starttls);
}

Step StartTls::begin() {
  if (!context_.extensions.starttls) {
    return give_up(Category::tls_error, Phase::tls, "the server does not offer STARTTLS, which this account requires");
  }
  context_.send("STARTTLS", {.from = this, .phase = Phase::tls, .waited = &context_.facts.timings.tls});
  return Progress::more;
}

Step StartTls::on_reply(const Expected& /*to*/) {
  const auto& reply = context_.reply;
  if (reply.code() == 220) {
    handshaking_ = true;
    return Progress::more;
  }
  if (!reply.refuses()) return Ending{reply.unexpected("not a valid reply to STARTTLS")};
  if (context_.options.security == Security::starttls) return give_up(reply.refusal(Phase::tls));
  context_.extensions.starttls = false;
  return Progress::done;
}

void StartTls::established(TlsFacts tls) {
  handshaking_ = false;
  context_.log.note("TLS: " + tls.version + " " + tls.cipher);
  auto& facts = context_.facts;
  facts.timings.tls += context_.wire.begin_wait(context_.options.now());
  if (context_.options.security != Security::implicit_tls) {
    SessionFacts anew;
    anew.greeting = std::move(facts.greeting);
    anew.target = std::move(facts.target);
    anew.server = std::move(facts.server);
    anew.timings = facts.timings;
    facts = std::move(anew);
    context_.extensions = {};
  }
  facts.tls = std::move(tls);
}

codes::Failure StartTls::injected() {
  return session_failure(Category::tls_error, Phase::tls,
                         "the server sent plain text where the TLS handshake begins (response injection)");
}

}  // namespace gatepost::smtp
