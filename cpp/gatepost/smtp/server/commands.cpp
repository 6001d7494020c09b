#include "gatepost/smtp/mailbox_syntax.hpp"
#include "gatepost/smtp/server/session_impl.hpp"

namespace gatepost::smtp {

void ServerSession::Impl::on_command(const CommandLine& command, bool more_behind) {
  const auto arguments = command.arguments;
  switch (command.verb) {
    case Verb::ehlo:
      return on_ehlo(arguments, true);
    case Verb::helo:
      return on_ehlo(arguments, false);
    case Verb::starttls:
      return on_starttls(arguments, more_behind);
    case Verb::auth:
      return on_auth(arguments);
    case Verb::mail:
      return on_mail(arguments);
    case Verb::rcpt:
      return on_rcpt(arguments);
    case Verb::data:
      return on_data(arguments);
    case Verb::rset:
      if (!arguments.empty()) return error("501 5.5.4 Syntax: RSET");
      reset_mail();
      return reply("250 2.0.0 Ok");
    case Verb::noop:
      return reply("250 2.0.0 Ok");
    case Verb::vrfy:
      if (arguments.empty()) return error("501 5.5.4 Syntax: VRFY address");
      return reply("252 2.5.0 Cannot verify, but will accept a letter and try");  // RFC 5321 §3.5.3
    case Verb::help:
      return reply("214 2.0.0 EHLO HELO STARTTLS AUTH MAIL RCPT DATA RSET NOOP VRFY HELP QUIT");
    case Verb::quit:
      if (!arguments.empty()) return error("501 5.5.4 Syntax: QUIT");
      reply("221 2.0.0 Bye");
      return close("quit");
    case Verb::known:
      return error("502 5.5.1 Command not implemented");
    case Verb::http:
      // Whatever follows was written for a web server; some of it could be made to look like SMTP.
      return close("HTTP request");
    case Verb::unknown:
      return error("500 5.5.2 Command not recognized");
  }
}

void ServerSession::Impl::on_ehlo(std::string_view name, bool esmtp) {
  if (!is_helo_name(name)) return error(esmtp ? "501 5.5.4 Syntax: EHLO hostname" : "501 5.5.4 Syntax: HELO hostname");
  reset_mail();
  std::string ordinary = "250 " + options.host_name;
  if (esmtp) {
    ordinary += "\nPIPELINING\nSIZE " + std::to_string(options.limits.message_bytes);
    if (options.offer_starttls && !peer.tls) ordinary += "\nSTARTTLS";
    if (auth_offered()) ordinary += "\nAUTH PLAIN LOGIN";
    ordinary += "\n8BITMIME\nSMTPUTF8\nENHANCEDSTATUSCODES\nHELP";
  }
  const auto verdict = handler->on_ehlo(peer, name);
  if (!decide(verdict, ordinary)) return;
  peer.helo = name;
  peer.esmtp = esmtp;
}

void ServerSession::Impl::on_starttls(std::string_view arguments, bool more_behind) {
  if (!arguments.empty()) return error("501 5.5.4 Syntax: STARTTLS");
  if (!options.offer_starttls) return error("502 5.5.1 STARTTLS is not offered");
  if (peer.tls) return error("503 5.5.1 TLS is already active");
  // A command that came in the clear must not be taken for one that came through TLS (CVE-2011-0411 and its kin).
  if (more_behind) return close_with("554 5.5.1 Commands behind STARTTLS are not accepted", "input behind STARTTLS");
  reply("220 2.0.0 Ready to start TLS");
  tls_wanted = true;
}

bool ServerSession::Impl::refused_by_policy(bool needs_auth) {
  if (options.require_tls && !peer.tls) {
    error("530 5.7.0 Must issue a STARTTLS command first");
    return true;
  }
  if (needs_auth && options.require_auth && !authenticated) {
    error("530 5.7.0 Authentication required");
    return true;
  }
  return false;
}

void ServerSession::Impl::reset_session() {
  reset_mail();
  peer.helo.clear();
  peer.user.clear();
  peer.esmtp = false;
  authenticated = false;
  input.clear();
}

}  // namespace gatepost::smtp
