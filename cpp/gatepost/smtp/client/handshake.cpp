#include <utility>

#include "gatepost/smtp/client/session_impl.hpp"
#include "gatepost/smtp/mailbox_syntax.hpp"

namespace gatepost::smtp {

using codes::Category;
using codes::Phase;

void ClientSession::Impl::on_greeting() {
  const auto reply = heard();
  if (reply.code != 220) {
    if (reply.code < 400) return protocol_error("not a greeting: " + reply.to_string());
    return end_session(refusal(Phase::greeting));
  }
  facts.greeting = reply.text();
  expected.pop_front();
  send_ehlo();
}

void ClientSession::Impl::send_ehlo() {
  if (!is_helo_name(options.helo_name)) {
    auto why =
        codes::local_failure(Category::protocol_error, Phase::ehlo, "helo_name is not a domain or an address literal");
    why.scope = codes::Scope::session;
    return end_session(std::move(why));
  }
  command((options.lmtp ? "LHLO " : "EHLO ") + options.helo_name, Command::ehlo);
}

void ClientSession::Impl::on_ehlo() {
  const int code = reader.code();
  if (code >= 500 && !needs_ehlo()) {  // an old server: RFC 5321 §3.2
    expected.pop_front();
    return command("HELO " + options.helo_name, Command::helo);
  }
  if (code >= 400) return end_session(refused_hello());
  if (code != 250) return protocol_error("not an answer to EHLO: " + heard().to_string());
  extensions = read_extensions(reader.lines());
  facts.extensions = extensions.lines;
  for (auto& line : facts.extensions) line = heard(line);
  facts.max_message_bytes = extensions.size;
  facts.pipelining = extensions.pipelining;
  facts.eight_bit_mime = extensions.eight_bit_mime;
  facts.smtp_utf8 = extensions.smtp_utf8;
  facts.limits = extensions.limits;
  expected.pop_front();
  go_on();
}

/// A server that knows no greeting of ours may speak the other protocol (RFC 2033 §4.1).
codes::Failure ClientSession::Impl::refused_hello() const {
  auto why = refusal(Phase::ehlo);
  if (const int code = reader.code(); code < 500 || code > 503) return why;
  why.message = options.lmtp ? "the server refuses LHLO: where it speaks SMTP, the account's URL begins with smtp://"
                             : "the server refuses EHLO: where it speaks LMTP, the account's URL begins with lmtp://";
  return why;
}

/// Whether what is asked of the session cannot be had from a server that knows HELO alone.
bool ClientSession::Impl::needs_ehlo() const {
  const auto& who = options.identity;
  return options.lmtp || (options.security == Security::starttls && !tls_active) || !who.login.empty() ||
         !who.access_token.empty() || !options.xclient.empty();
}

void ClientSession::Impl::on_helo() {
  const int code = reader.code();
  if (code >= 400) return end_session(refused_hello());
  if (code != 250) return protocol_error("not an answer to HELO: " + heard().to_string());
  expected.pop_front();
  go_on();
}

void ClientSession::Impl::go_on() {
  const bool asked = options.security == Security::starttls || options.security == Security::starttls_if_offered;
  if (!tls_active && asked) {
    if (extensions.starttls) return command("STARTTLS", Command::starttls);
    if (options.security == Security::starttls) {
      return give_up(Category::tls_error, Phase::tls,
                     "the server does not offer STARTTLS, which this account asks for");
    }
  }
  if (!options.xclient.empty() && !xclient_sent) return send_xclient();
  log_in();
}

void ClientSession::Impl::on_starttls() {
  const int code = reader.code();
  if (code == 220) {
    expected.pop_front();
    tls_wanted = true;
    return;
  }
  if (code < 400) return protocol_error("not an answer to STARTTLS: " + heard().to_string());
  if (options.security == Security::starttls) return give_up(refusal(Phase::tls));
  expected.pop_front();
  extensions.starttls = false;
  go_on();
}

void ClientSession::Impl::tls_established(TlsFacts tls) {
  if (!tls_wanted) return;
  began = true;
  tls_wanted = false;
  tls_active = true;
  log_note(nullptr, "TLS: " + tls.version + " " + tls.cipher);
  const auto now = options.now();
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(now - std::exchange(waiting_since, now));
  facts.timings.tls += took;
  if (options.security == Security::implicit_tls) {
    facts.tls = std::move(tls);
    return;  // the greeting is still expected
  }
  // RFC 3207 §4.2: nothing learnt before TLS counts.
  SessionFacts anew;
  anew.greeting = std::move(facts.greeting);
  anew.server = std::move(facts.server);
  anew.timings = facts.timings;
  anew.tls = std::move(tls);
  facts = std::move(anew);
  extensions = {};
  send_ehlo();
}

void ClientSession::Impl::become_ready() {
  was_ready = true;
  stage = Stage::ready;
  shared_facts = std::make_shared<const SessionFacts>(facts);
  handshake_log = session_log.text();
  for (auto& t : letters) check(t);
  flush_done();
  begin_next();
}

void ClientSession::Impl::give_up(codes::Failure why) {
  end_session(std::move(why));
  staged.append("QUIT\r\n");
  if (options.keep_transcript) session_log.client("QUIT");
}

void ClientSession::Impl::give_up(Category category, Phase phase, std::string message) {
  auto why = codes::local_failure(category, phase, std::move(message));
  why.scope = codes::Scope::session;
  give_up(std::move(why));
}

}  // namespace gatepost::smtp
