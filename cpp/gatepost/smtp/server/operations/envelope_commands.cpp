#include "gatepost/smtp/server/operations/envelope_commands.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/mailbox.hpp"
#include "gatepost/smtp/mailbox_syntax.hpp"
#include "gatepost/smtp/server/mail_parameters.hpp"
#include "gatepost/smtp/server/reply_texts.hpp"

namespace gatepost::smtp::server {

namespace {

constexpr std::string_view utf8_reply = "553 5.6.7 A non-ASCII address needs SMTPUTF8";

std::string lower_domain(std::string_view mailbox) { return lower(split_mailbox(mailbox).domain); }

}  // namespace

void EnvelopeCommands::on_mail(std::string_view arguments) {
  const auto& options = context_.options;
  if (!context_.said_hello) {
    return context_.out_of_order(options.lmtp ? "503 5.5.1 Send LHLO first" : "503 5.5.1 Send EHLO first");
  }
  if (context_.needs_login()) return;
  if (transaction_.begun) return context_.out_of_order("503 5.5.1 Sender already specified");
  if (options.limits.letters > 0 && context_.counters.letters >= options.limits.letters) {
    return context_.close_with_421("4.7.0", "Too many letters in one session", "too many letters");
  }
  const auto path = read_path(arguments, Verb::mail);
  if (!path) return;
  const auto syntax = path->mailbox.empty() ? MailboxSyntax::ascii : check_mailbox(path->mailbox);
  if (syntax == MailboxSyntax::bad) return context_.error("501 5.1.7 Bad sender address syntax");
  const auto parameters = read_mail_parameters(path->parameters, options, context_.peer.tls.has_value());
  if (!parameters) return refuse_parameters(parameters.error());
  if (parameters->unknown) context_.warn("unknown parameters");
  if (!context_.peer.esmtp && !path->parameters.empty()) context_.warn("parameters after HELO");
  if (syntax != MailboxSyntax::ascii && !parameters->smtp_utf8) return context_.error(utf8_reply);
  warn_of_long_local_part(path->mailbox);

  transaction_.begun = true;
  transaction_.announced_size = parameters->size;
  transaction_.eight_bit = parameters->eight_bit;
  transaction_.binary = parameters->binary;
  auto& envelope = transaction_.envelope;
  envelope.smtp_utf8 = parameters->smtp_utf8;
  envelope.mail_from = path->mailbox;
  envelope.mail_params.assign(path->parameters.begin(), path->parameters.end());
  if (context_.answer(context_.handler.on_mail(context_.peer, envelope), "250 2.1.0 Ok")) {
    ++context_.counters.letters;
  } else {
    transaction_.reset();
  }
}

void EnvelopeCommands::on_rcpt(std::string_view arguments) {
  const auto& options = context_.options;
  auto& envelope = transaction_.envelope;
  if (!transaction_.begun) return context_.out_of_order("503 5.5.1 Need MAIL first");
  if (transaction_.chunked) return context_.out_of_order("503 5.5.1 The letter has begun");
  const auto path = read_path(arguments, Verb::rcpt);
  if (!path) return;
  const auto syntax = check_mailbox(path->mailbox);
  if (syntax == MailboxSyntax::bad) return context_.error("501 5.1.3 Bad recipient address syntax");
  if (!path->parameters.empty()) {
    const auto parameters = read_rcpt_parameters(path->parameters, options, envelope.smtp_utf8);
    if (!parameters) return refuse_parameters(parameters.error());
    if (parameters->unknown) context_.warn("unknown parameters");
  }
  if (syntax != MailboxSyntax::ascii && !envelope.smtp_utf8) return context_.error(utf8_reply);
  if (transaction_.recipients >= options.limits.recipients) return context_.refuse("452 4.5.3 Too many recipients");
  if (!is_domain_allowed(path->mailbox)) return context_.refuse("452 4.5.3 Too many recipient domains");
  warn_of_long_local_part(path->mailbox);

  transaction_.asked = true;
  context_.counters.idle_commands = 0;
  ServerRecipient recipient{std::string(path->mailbox), {path->parameters.begin(), path->parameters.end()}};
  const auto verdict = context_.handler.on_rcpt(context_.peer, envelope, recipient);
  if (!context_.answer(verdict, "250 2.1.5 Ok")) return;
  add_recipient(std::move(recipient), verdict.action != Verdict::Action::discard);
}

void EnvelopeCommands::add_recipient(ServerRecipient&& recipient, bool kept) {
  ++transaction_.recipients;
  if (context_.options.limits.recipient_domains > 0) transaction_.domains.insert(lower_domain(recipient.address));
  if (context_.options.lmtp) transaction_.kept.push_back(kept);
  if (!kept) return;
  transaction_.envelope.rcpt_to.push_back(std::move(recipient.address));
  transaction_.envelope.rcpt_params.push_back(std::move(recipient.params));
}

void EnvelopeCommands::refuse_parameters(std::string_view text) {
  if (text == unknown_parameter_reply) context_.warn("unknown parameters");
  context_.error(text);
}

std::optional<PathArgument> EnvelopeCommands::read_path(std::string_view arguments, Verb verb) {
  const std::string_view keyword = verb == Verb::mail ? "FROM" : "TO";
  auto path = parse_path(arguments, keyword);
  const auto& rules = context_.options.leniency;
  if (path && path->bare) context_.warn(std::string(to_string(verb)) + " without angle brackets");
  if (path && path->spaced) context_.warn(std::string(to_string(verb)) + " with a space before the address");
  if (path && (!path->bare || rules.missing_brackets) && (!path->spaced || rules.spaces_in_path)) return path;
  context_.error(verb == Verb::mail ? "501 5.5.2 Syntax: MAIL FROM:<address>" : "501 5.5.2 Syntax: RCPT TO:<address>");
  return std::nullopt;
}

void EnvelopeCommands::warn_of_long_local_part(std::string_view mailbox) {
  constexpr std::size_t most = 64;  // RFC 5321 §4.5.3.1.1
  if (split_mailbox(mailbox).local.size() > most) context_.warn("a local part over 64 octets");
}

bool EnvelopeCommands::is_domain_allowed(std::string_view mailbox) const {
  const auto limit = context_.options.limits.recipient_domains;
  return limit == 0 || transaction_.domains.size() < limit || transaction_.domains.contains(lower_domain(mailbox));
}

}  // namespace gatepost::smtp::server
