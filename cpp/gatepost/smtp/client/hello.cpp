#include "gatepost/smtp/client/hello.hpp"

#include <string>
#include <utility>

#include "gatepost/smtp/mailbox_syntax.hpp"

namespace gatepost::smtp {

using codes::Category;
using codes::Phase;

void Hello::await_greeting() {
  awaited_ = Awaited::greeting;
  context_.wire.expect({.from = this, .phase = Phase::greeting, .waited = &context_.facts.timings.greeting});
}

Step Hello::begin() {
  const auto& given = context_.options.helo_name;
  name_ = given.empty() ? context_.own_address : given;
  if (!is_helo_name(name_)) {
    return Ending{
        session_failure(Category::protocol_error, Phase::ehlo, "helo_name is not a domain or an address literal")};
  }
  context_.reply.introduced_as(name_);
  introduce(context_.options.lmtp ? "LHLO " : "EHLO ", Awaited::ehlo);
  return Progress::more;
}

void Hello::introduce(std::string_view verb, Awaited awaited) {
  awaited_ = awaited;
  context_.send(std::string(verb) + name_,
                {.from = this, .phase = Phase::ehlo, .waited = &context_.facts.timings.ehlo});
}

Step Hello::on_reply(const Expected& /*to*/) {
  switch (awaited_) {
    case Awaited::greeting:
      return on_greeting();
    case Awaited::ehlo:
      return on_ehlo();
    case Awaited::helo:
      break;
  }
  return on_helo();
}

Step Hello::on_greeting() {
  const auto& reply = context_.reply;
  if (reply.code() == 220) {
    context_.facts.greeting = reply.reply().text();
    return begin();
  }
  if (reply.refuses()) return Ending{reply.refusal(Phase::greeting)};
  return Ending{reply.unexpected("not a greeting")};
}

Step Hello::on_ehlo() {
  const auto& reply = context_.reply;
  if (reply.code() >= 500 && !needs_ehlo()) {
    introduce("HELO ", Awaited::helo);
    return Progress::more;
  }
  if (reply.refuses()) return Ending{refusal()};
  if (reply.code() != 250) return Ending{reply.unexpected("not a valid reply to EHLO")};
  auto& offered = context_.extensions;
  auto& facts = context_.facts;
  offered = read_extensions(reply.lines(), context_.options.without);
  facts.extensions = read_extensions(reply.shown_lines()).lines;
  facts.max_message_bytes = offered.size;
  facts.pipelining = offered.pipelining;
  facts.eight_bit_mime = offered.eight_bit_mime;
  facts.smtp_utf8 = offered.smtp_utf8;
  facts.limits = offered.limits;
  return Progress::done;
}

Step Hello::on_helo() {
  if (context_.reply.refuses()) return Ending{refusal()};
  if (context_.reply.code() != 250) return Ending{context_.reply.unexpected("not a valid reply to HELO")};
  return Progress::done;
}

/// A server that knows no greeting of ours may speak the other protocol (RFC 2033 §4.1).
codes::Failure Hello::refusal() const {
  auto why = context_.reply.refusal(Phase::ehlo);
  if (const int code = context_.reply.code(); code < 500 || code > 503 || !why.message.empty()) return why;
  why.message = context_.options.lmtp
                    ? "the server refuses LHLO: where it speaks SMTP, the account's URL begins with smtp://"
                    : "the server refuses EHLO: where it speaks LMTP, the account's URL begins with lmtp://";
  return why;
}

/// Whether what is asked of the session cannot be had from a server that knows HELO alone.
bool Hello::needs_ehlo() const {
  const auto& options = context_.options;
  return options.lmtp || (options.security == Security::starttls && !context_.encrypted()) ||
         !options.identity.login.empty() || !options.identity.access_token.empty() || !options.xclient.empty();
}

}  // namespace gatepost::smtp
