#include "gatepost/smtp/server/operations/hello.hpp"

#include <string>

#include "gatepost/smtp/mailbox_syntax.hpp"
#include "gatepost/smtp/server/announcement.hpp"

namespace gatepost::smtp::server {

void Hello::on_hello(std::string_view name, Verb verb) {
  const auto& options = context_.options;
  const std::string word(to_string(verb));
  if (options.lmtp != (verb == Verb::lhlo)) {
    context_.warn("a greeting of another protocol");
    return context_.error(options.lmtp ? "500 5.5.1 This is LMTP: send LHLO" : "500 5.5.1 This is SMTP: send EHLO");
  }
  if (!is_helo_name(name)) {
    context_.warn(word + " with an invalid name");
    if (!options.leniency.bad_helo) return context_.error("501 5.5.4 Syntax: " + word + " hostname");
  }
  transaction_.reset();
  const bool esmtp = verb != Verb::helo;
  std::string ordinary = "250 " + options.host_name;
  const auto verdict = context_.handler.on_ehlo(context_.peer, name);
  if (esmtp) ordinary += announcement(context_, verdict.mischief.hidden);
  if (!context_.answer(verdict, ordinary)) return;
  context_.peer.helo = name;
  context_.peer.esmtp = esmtp;
  context_.said_hello = true;
}

}  // namespace gatepost::smtp::server
