#include <utility>

#include "gatepost/smtp/client/session_impl.hpp"
#include "gatepost/smtp/mailbox_syntax.hpp"

namespace gatepost::smtp {

using codes::Category;
using codes::Phase;

namespace {

codes::Failure session_failure(Category category, Phase phase, std::string message) {
  auto why = codes::local_failure(category, phase, std::move(message));
  why.scope = codes::Scope::session;
  return why;
}

}  // namespace

void ClientSession::Impl::on_greeting() {
  const auto reply = reader.reply();
  if (reply.code != 220) {
    if (reply.code < 400) return protocol_error("not a greeting: " + reply.to_string());
    return end_session(codes::classify(reply, Phase::greeting, options.provider));
  }
  facts.greeting = reply.text();
  expected.pop_front();
  send_ehlo();
}

void ClientSession::Impl::send_ehlo() {
  if (!is_helo_name(options.helo_name)) {
    return end_session(
        session_failure(Category::protocol_error, Phase::ehlo, "helo_name is not a domain or an address literal"));
  }
  command("EHLO " + options.helo_name, Command::ehlo);
}

void ClientSession::Impl::on_ehlo() {
  const int code = reader.code();
  if (code >= 500) {  // an old server: RFC 5321 §3.2
    expected.pop_front();
    return command("HELO " + options.helo_name, Command::helo);
  }
  if (code >= 400) return end_session(codes::classify(reader.reply(), Phase::ehlo, options.provider));
  if (code != 250) return protocol_error("not an answer to EHLO: " + reader.reply().to_string());
  extensions = read_extensions(reader.lines());
  facts.extensions = extensions.lines;
  facts.max_message_bytes = extensions.size;
  facts.pipelining = extensions.pipelining;
  facts.eight_bit_mime = extensions.eight_bit_mime;
  facts.smtp_utf8 = extensions.smtp_utf8;
  expected.pop_front();
  secure_or_log_in();
}

void ClientSession::Impl::on_helo() {
  const int code = reader.code();
  if (code >= 400) return end_session(codes::classify(reader.reply(), Phase::ehlo, options.provider));
  if (code != 250) return protocol_error("not an answer to HELO: " + reader.reply().to_string());
  expected.pop_front();
  secure_or_log_in();
}

void ClientSession::Impl::secure_or_log_in() {
  const bool asked = options.security == Security::starttls || options.security == Security::starttls_if_offered;
  if (!tls_active && asked) {
    if (extensions.starttls) return command("STARTTLS", Command::starttls);
    if (options.security == Security::starttls) {
      return give_up(session_failure(Category::tls_error, Phase::tls,
                                     "the server does not offer STARTTLS, which this account asks for"));
    }
  }
  log_in();
}

void ClientSession::Impl::on_starttls() {
  const int code = reader.code();
  if (code == 220) {
    expected.pop_front();
    tls_wanted = true;
    return;
  }
  if (code < 400) return protocol_error("not an answer to STARTTLS: " + reader.reply().to_string());
  if (options.security == Security::starttls)
    return give_up(codes::classify(reader.reply(), Phase::tls, options.provider));
  expected.pop_front();
  log_in();
}

void ClientSession::Impl::tls_established(TlsFacts tls) {
  if (!tls_wanted) return;
  began = true;
  tls_wanted = false;
  tls_active = true;
  log_note(nullptr, "TLS: " + tls.version + " " + tls.cipher);
  if (options.security == Security::implicit_tls) {
    facts.tls = std::move(tls);
    return;  // the greeting is still expected
  }
  // RFC 3207 §4.2: nothing learnt before TLS counts.
  auto greeting = std::move(facts.greeting);
  facts = SessionFacts();
  facts.greeting = std::move(greeting);
  facts.tls = std::move(tls);
  extensions = {};
  send_ehlo();
}

void ClientSession::Impl::log_in() {
  if (options.identity.login.empty()) return become_ready();
  if (!tls_active && !options.allow_cleartext_auth) {
    return give_up(session_failure(Category::auth_policy, Phase::auth,
                                   "the password would travel unencrypted: use TLS or STARTTLS, or allow cleartext "
                                   "authentication for this account"));
  }
  if (options.identity.login.find('\0') != std::string::npos ||
      options.identity.password.find('\0') != std::string::npos) {
    return give_up(session_failure(Category::auth_failed, Phase::auth, "login or password contains a NUL byte"));
  }
  mechanisms = usable_mechanisms(extensions.auth);
  if (mechanisms.empty()) {
    std::string offered;
    for (const auto& name : extensions.auth) offered += (offered.empty() ? "" : ", ") + name;
    return give_up(session_failure(Category::auth_policy, Phase::auth,
                                   offered.empty() ? "the server offers no authentication"
                                                   : "the server offers no mechanism that we speak, only " + offered));
  }
  begin_mechanism();
}

void ClientSession::Impl::begin_mechanism() {
  auth_step = 0;
  if (mechanisms.front() == Mechanism::plain) {
    command("AUTH PLAIN " + plain_message(options.identity.login, options.identity.password), Command::auth,
            "AUTH PLAIN ****");
  } else {
    command("AUTH LOGIN", Command::auth);
  }
}

void ClientSession::Impl::on_auth() {
  const int code = reader.code();
  const auto mechanism = mechanisms.front();
  if (code >= 200 && code < 300) {
    facts.auth_mechanism = to_string(mechanism);
    authenticated = true;
    expected.pop_front();
    return become_ready();
  }
  if (code >= 300 && code < 400) {
    const auto answer = auth_answer(mechanism, auth_step++, options.identity.login, options.identity.password);
    if (!answer) return protocol_error("AUTH " + std::string(to_string(mechanism)) + ": the server asks for too much");
    expected.pop_front();
    return command(*answer, Command::auth, "****");
  }
  // 504: not this mechanism; 534: too weak, or not for this user. Another one may do. RFC 4954 §4, §6.
  if ((code == 504 || code == 534) && mechanisms.size() > 1) {
    mechanisms.erase(mechanisms.begin());
    expected.pop_front();
    return begin_mechanism();
  }
  give_up(codes::classify(masked_reply(), Phase::auth, options.provider));
}

void ClientSession::Impl::become_ready() {
  was_ready = true;
  stage = Stage::ready;
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

}  // namespace gatepost::smtp
