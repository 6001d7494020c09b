#include "gatepost/smtp/server/operations/information.hpp"

#include <string>

#include "gatepost/smtp/mailbox_syntax.hpp"

namespace gatepost::smtp::server {

namespace {

/// RFC 1985 §5.3: a domain, with "@" all below it, with "#" whatever the server calls a queue.
bool is_etrn_node(std::string_view node) {
  if (node.starts_with('#')) return node.size() > 1 && node.find(' ') == std::string_view::npos;
  if (node.starts_with('@')) node.remove_prefix(1);
  return is_helo_name(node);
}

}  // namespace

void Information::on_help() {
  const auto& options = context_.options;
  if (!options.extensions.help) return context_.error("502 5.5.1 HELP is not offered");
  std::string text = "214 2.0.0";
  text += options.lmtp ? " LHLO" : " EHLO HELO";
  if (options.offer_starttls && !context_.peer.tls) text += " STARTTLS";
  if (!options.mechanisms.empty()) text += " AUTH";
  text += " MAIL RCPT DATA";
  if (options.extensions.chunking) text += " BDAT";
  text += " RSET NOOP";
  if (options.extensions.vrfy) text += " VRFY EXPN";
  if (options.extensions.etrn) text += " ETRN";
  context_.reply(text + " HELP QUIT");
}

void Information::on_verify(std::string_view arguments, Verb verb) {
  const std::string name(to_string(verb));
  const bool vrfy = verb == Verb::vrfy;
  if (!context_.options.extensions.vrfy) return context_.error("502 5.5.1 " + name + " is not offered");
  if (arguments.empty()) return context_.error("501 5.5.4 Syntax: " + name + (vrfy ? " address" : " list"));
  if (context_.needs_login()) return;
  const auto verdict =
      vrfy ? context_.handler.on_vrfy(context_.peer, arguments) : context_.handler.on_expn(context_.peer, arguments);
  context_.answer(verdict, "252 2.5.2 Cannot verify; send some mail, it will be tried");  // RFC 5321 §3.5.3
}

void Information::on_etrn(std::string_view node) {
  if (!context_.options.extensions.etrn) return context_.error("502 5.5.1 ETRN is not offered");
  if (!context_.peer.esmtp) return context_.out_of_order("503 5.5.1 Send EHLO first");
  if (transaction_.begun) return context_.out_of_order("503 5.5.1 ETRN is not allowed inside a mail transaction");
  if (!is_etrn_node(node)) return context_.error("501 5.5.4 Syntax: ETRN node");
  if (context_.needs_login()) return;
  const auto verdict = context_.handler.on_etrn(context_.peer, node);
  context_.answer(verdict, "250 2.0.0 Queuing for node " + std::string(node) + " started");
}

}  // namespace gatepost::smtp::server
