// MAIL and RCPT.
#include <algorithm>
#include <utility>

#include "gatepost/smtp/mailbox_syntax.hpp"
#include "gatepost/smtp/server/mail_parameters.hpp"
#include "gatepost/smtp/server/reply_texts.hpp"
#include "gatepost/smtp/server/session_impl.hpp"

namespace gatepost::smtp {

namespace {

constexpr std::string_view utf8_reply = "553 5.6.7 A non-ASCII address needs SMTPUTF8";

std::string lower_domain(std::string_view mailbox) {
  std::string domain(mailbox.substr(std::min(mailbox.rfind('@'), mailbox.size() - 1) + 1));
  std::transform(domain.begin(), domain.end(), domain.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return domain;
}

}  // namespace

void ServerSession::Impl::on_mail(std::string_view arguments) {
  if (!said_hello) {
    return out_of_order(options.lmtp ? "503 5.5.1 Send LHLO first" : "503 5.5.1 Send EHLO first");
  }
  if (needs_login()) return;
  if (mail.begun) return out_of_order("503 5.5.1 Sender already specified");
  if (options.limits.letters > 0 && letters >= options.limits.letters) {
    return farewell("421 4.7.0", "Too many letters in one session", "too many letters");
  }
  const auto path = read_path(arguments, Verb::mail);
  if (!path) return;
  const auto syntax = path->mailbox.empty() ? MailboxSyntax::ascii : check_mailbox(path->mailbox);
  if (syntax == MailboxSyntax::bad) return error("501 5.1.7 Bad sender address syntax");
  const auto parameters = read_mail_parameters(path->parameters, options, peer.tls.has_value());
  if (!parameters) return refuse_parameters(parameters.error());
  if (parameters->unknown) warn("unknown parameters");
  if (!peer.esmtp && !path->parameters.empty()) warn("parameters after HELO");
  if (syntax != MailboxSyntax::ascii && !parameters->smtp_utf8) return error(utf8_reply);

  warn_of_long_local_part(path->mailbox);

  reset_mail();
  mail.announced_size = parameters->size;
  mail.eight_bit = parameters->eight_bit;
  mail.binary = parameters->binary;
  mail.envelope.smtp_utf8 = parameters->smtp_utf8;
  mail.envelope.mail_from = path->mailbox;
  mail.envelope.mail_params.assign(path->parameters.begin(), path->parameters.end());
  mail.begun = true;  // so that the reply stands in the letter's transcript
  if (answer(handler.on_mail(peer, mail.envelope), "250 2.1.0 Ok")) {
    ++letters;
  } else {
    reset_mail();
  }
}

void ServerSession::Impl::on_rcpt(std::string_view arguments) {
  if (!mail.begun) return out_of_order("503 5.5.1 Need MAIL first");
  if (mail.chunked) return out_of_order("503 5.5.1 The letter has begun");
  const auto path = read_path(arguments, Verb::rcpt);
  if (!path) return;
  const auto syntax = check_mailbox(path->mailbox);
  if (syntax == MailboxSyntax::bad) return error("501 5.1.3 Bad recipient address syntax");
  if (!path->parameters.empty()) {
    const auto parameters = read_rcpt_parameters(path->parameters, options, mail.envelope.smtp_utf8);
    if (!parameters) return refuse_parameters(parameters.error());
    if (parameters->unknown) warn("unknown parameters");
  }
  if (syntax != MailboxSyntax::ascii && !mail.envelope.smtp_utf8) return error(utf8_reply);
  if (mail.recipients >= options.limits.recipients) return reply("452 4.5.3 Too many recipients", true);
  if (!is_domain_allowed(path->mailbox)) return reply("452 4.5.3 Too many recipient domains", true);

  warn_of_long_local_part(path->mailbox);
  mail.asked = true;
  idle_commands = 0;
  ServerRecipient recipient{std::string(path->mailbox), {path->parameters.begin(), path->parameters.end()}};
  const auto verdict = handler.on_rcpt(peer, mail.envelope, recipient);
  if (!answer(verdict, "250 2.1.5 Ok")) return;
  ++mail.recipients;
  if (options.limits.recipient_domains > 0) mail.domains.insert(lower_domain(path->mailbox));
  const bool kept = verdict.action != Verdict::Action::discard;
  if (options.lmtp) mail.kept.push_back(kept);
  if (!kept) return;
  mail.envelope.rcpt_to.push_back(std::move(recipient.address));
  mail.envelope.rcpt_params.push_back(std::move(recipient.params));
}

void ServerSession::Impl::refuse_parameters(std::string_view text) {
  if (text == unknown_parameter_reply) warn("unknown parameters");
  error(text);
}

std::optional<PathArgument> ServerSession::Impl::read_path(std::string_view arguments, Verb verb) {
  const std::string_view keyword = verb == Verb::mail ? "FROM" : "TO";
  auto path = parse_path(arguments, keyword);
  const auto& rules = options.leniency;
  if (path && path->bare) warn(std::string(to_string(verb)) + " without angle brackets");
  if (path && path->spaced) warn(std::string(to_string(verb)) + " with a space before the address");
  if (path && (!path->bare || rules.missing_brackets) && (!path->spaced || rules.spaces_in_path)) return path;
  error(verb == Verb::mail ? "501 5.5.2 Syntax: MAIL FROM:<address>" : "501 5.5.2 Syntax: RCPT TO:<address>");
  return std::nullopt;
}

void ServerSession::Impl::warn_of_long_local_part(std::string_view mailbox) {
  constexpr std::size_t most = 64;  // RFC 5321 §4.5.3.1.1
  if (std::min(mailbox.rfind('@'), mailbox.size()) > most) warn("a local part over 64 octets");
}

bool ServerSession::Impl::is_domain_allowed(std::string_view mailbox) {
  const auto limit = options.limits.recipient_domains;
  return limit == 0 || mail.domains.size() < limit || mail.domains.contains(lower_domain(mailbox));
}

void ServerSession::Impl::reset_mail() {
  mail = Transaction();
  letter = std::string();
}

}  // namespace gatepost::smtp
