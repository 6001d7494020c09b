// The session's own commands: those that neither log in nor send.
#include "gatepost/smtp/mailbox_syntax.hpp"
#include "gatepost/smtp/server/session_impl.hpp"

namespace gatepost::smtp {

namespace {

/// RFC 3207 §4: where TLS is required, all else waits for it.
bool may_precede_tls(Verb verb) {
  switch (verb) {
    case Verb::ehlo:
    case Verb::lhlo:
    case Verb::starttls:
    case Verb::noop:
    case Verb::quit:
    case Verb::xclient:  // of a proxy, which speaks for the client
    case Verb::known:
    case Verb::http:
    case Verb::unknown:
      return true;
    default:
      return false;
  }
}

/// RFC 1985 §5.3: a domain, with "@" all below it, with "#" whatever the server calls a queue.
bool is_etrn_node(std::string_view node) {
  if (node.starts_with('#')) return node.size() > 1 && node.find(' ') == std::string_view::npos;
  if (node.starts_with('@')) node.remove_prefix(1);
  return is_helo_name(node);
}

bool furthers_no_letter(Verb verb) {
  switch (verb) {
    case Verb::rcpt:
    case Verb::data:
    case Verb::bdat:
    case Verb::auth:
    case Verb::quit:
      return false;
    default:
      return true;
  }
}

}  // namespace

void ServerSession::Impl::on_command(const CommandLine& command) {
  const auto arguments = command.arguments;
  if (furthers_no_letter(command.verb) && ++idle_commands > options.limits.idle_commands) {
    return farewell("421 4.7.0", "Too many commands without a letter", "too many commands without a letter");
  }
  if (options.require_tls && !peer.tls && !may_precede_tls(command.verb)) {
    return error("530 5.7.0 Must issue a STARTTLS command first");
  }
  switch (command.verb) {
    case Verb::ehlo:
    case Verb::helo:
    case Verb::lhlo:
      return on_hello(arguments, command.verb);
    case Verb::starttls:
      return on_starttls(arguments);
    case Verb::auth:
      return on_auth(arguments);
    case Verb::mail:
      return on_mail(arguments);
    case Verb::rcpt:
      return on_rcpt(arguments);
    case Verb::data:
      return on_data(arguments);
    case Verb::bdat:
      return on_bdat(arguments);
    case Verb::rset:
      if (!arguments.empty()) return error("501 5.5.4 Syntax: RSET");
      reset_mail();
      return reply("250 2.0.0 Ok");
    case Verb::noop:
      return reply("250 2.0.0 Ok");
    case Verb::vrfy:
    case Verb::expn:
      return on_verify(arguments, command.verb);
    case Verb::help:
      return on_help();
    case Verb::etrn:
      return on_etrn(arguments);
    case Verb::xclient:
      return on_xclient(arguments);
    case Verb::quit:
      if (!arguments.empty()) return error("501 5.5.4 Syntax: QUIT");
      reply("221 2.0.0 Bye");
      return close("quit");
    case Verb::known:
      warn("unknown commands");
      return error("502 5.5.1 Command not implemented");
    case Verb::http:
      // Whatever follows was written for a web server; some of it could be made to look like SMTP.
      warn("an HTTP request");
      return close("HTTP request");
    case Verb::unknown:
      warn("unknown commands");
      return error("500 5.5.2 Command not recognized");
  }
}

void ServerSession::Impl::on_help() {
  if (!options.extensions.help) return error("502 5.5.1 HELP is not offered");
  std::string text = "214 2.0.0";
  text += options.lmtp ? " LHLO" : " EHLO HELO";
  if (options.offer_starttls && !peer.tls) text += " STARTTLS";
  if (!options.mechanisms.empty()) text += " AUTH";
  text += " MAIL RCPT DATA";
  if (options.extensions.chunking) text += " BDAT";
  text += " RSET NOOP";
  if (options.extensions.vrfy) text += " VRFY EXPN";
  if (options.extensions.etrn) text += " ETRN";
  reply(text + " HELP QUIT");
}

void ServerSession::Impl::on_verify(std::string_view arguments, Verb verb) {
  const std::string name(to_string(verb));
  if (!options.extensions.vrfy) return error("502 5.5.1 " + name + " is not offered");
  if (arguments.empty()) return error("501 5.5.4 Syntax: " + name + (verb == Verb::vrfy ? " address" : " list"));
  if (needs_login()) return;
  const auto verdict = verb == Verb::vrfy ? handler.on_vrfy(peer, arguments) : handler.on_expn(peer, arguments);
  answer(verdict, "252 2.5.2 Cannot verify; send some mail, it will be tried");  // RFC 5321 §3.5.3
}

void ServerSession::Impl::on_etrn(std::string_view node) {
  if (!options.extensions.etrn) return error("502 5.5.1 ETRN is not offered");
  if (!peer.esmtp) return out_of_order("503 5.5.1 Send EHLO first");
  if (mail.begun) return out_of_order("503 5.5.1 ETRN is not allowed inside a mail transaction");
  if (!is_etrn_node(node)) return error("501 5.5.4 Syntax: ETRN node");
  if (needs_login()) return;
  answer(handler.on_etrn(peer, node), "250 2.0.0 Queuing for node " + std::string(node) + " started");
}

bool ServerSession::Impl::needs_login() {
  if (!options.require_auth || authenticated || handler.needs_no_auth(peer)) return false;
  error("530 5.7.0 Authentication required");
  return true;
}

/// As it was before the client's first word; what the limits count stays.
void ServerSession::Impl::reset_session() {
  reset_mail();
  end_auth();
  handshake_log.clear();
  peer.helo.clear();
  peer.user.clear();
  peer.mechanism.clear();
  peer.esmtp = said_hello = authenticated = false;
}

}  // namespace gatepost::smtp
