#include <algorithm>
#include <charconv>
#include <utility>

#include "gatepost/core/ids.hpp"
#include "gatepost/crypto/random.hpp"
#include "gatepost/smtp/mailbox_syntax.hpp"
#include "gatepost/smtp/server/session_impl.hpp"

namespace gatepost::smtp {

namespace {
constexpr std::size_t max_reserved = 1 << 20;  // of a letter's announced size; the rest grows as it comes
constexpr std::string_view too_large_reply = "552 5.3.4 Message size exceeds the maximum";
constexpr std::string_view utf8_reply = "553 5.6.7 A non-ASCII address needs SMTPUTF8";
}  // namespace

void ServerSession::Impl::on_mail(std::string_view arguments) {
  if (peer.helo.empty()) return error("503 5.5.1 Send EHLO first");
  if (refused_by_policy(true)) return;
  if (mail_begun) return error("503 5.5.1 Sender already specified");
  const auto path = parse_path(arguments, "FROM");
  if (!path) return error("501 5.5.2 Syntax: MAIL FROM:<address>");
  const auto syntax = path->mailbox.empty() ? MailboxSyntax::ascii : check_mailbox(path->mailbox);
  if (syntax == MailboxSyntax::bad) return error("501 5.1.7 Bad sender address syntax");
  reset_mail();
  if (!take_mail_parameters(path->parameters)) return;
  if (syntax != MailboxSyntax::ascii && !envelope.smtp_utf8) return error(utf8_reply);

  envelope.mail_from = path->mailbox;
  mail_begun = true;  // so that the reply stands in the letter's transcript
  if (!decide(handler->on_mail(peer, envelope), "250 2.1.0 Ok")) reset_mail();
}

bool ServerSession::Impl::take_mail_parameters(const std::vector<std::string_view>& parameters) {
  const auto wrong = [this](std::string_view text) {
    error(text);
    return false;
  };
  std::vector<std::string_view> seen;
  for (const auto parameter : parameters) {
    const auto equals = parameter.find('=');
    const auto key = parameter.substr(0, equals);
    const auto value = equals == std::string_view::npos ? std::string_view{} : parameter.substr(equals + 1);
    const auto is = [&](std::string_view name) { return equal_ignoring_case(key, name); };
    if (std::any_of(seen.begin(), seen.end(), is)) return wrong("501 5.5.4 A parameter is given twice");
    seen.push_back(key);

    if (is("SIZE")) {
      const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), announced_size);
      if (fault == std::errc::result_out_of_range) return wrong(too_large_reply);
      if (fault != std::errc{} || end != value.data() + value.size()) return wrong("501 5.5.4 Bad SIZE");
      if (announced_size > options.limits.message_bytes) return wrong(too_large_reply);
    } else if (is("BODY")) {
      if (!equal_ignoring_case(value, "7BIT") && !equal_ignoring_case(value, "8BITMIME")) {
        return wrong("501 5.5.4 Bad BODY");
      }
    } else if (is("SMTPUTF8") && equals == std::string_view::npos) {
      envelope.smtp_utf8 = true;
    } else if (!is("AUTH") || value.empty()) {
      return wrong("555 5.5.4 Unsupported parameter");
    }
    envelope.mail_params.emplace_back(parameter);
  }
  return true;
}

void ServerSession::Impl::on_rcpt(std::string_view arguments) {
  if (!mail_begun) return error("503 5.5.1 Need MAIL first");
  const auto path = parse_path(arguments, "TO");
  if (!path) return error("501 5.5.2 Syntax: RCPT TO:<address>");
  if (!path->parameters.empty()) return error("555 5.5.4 Unsupported parameter");
  const auto syntax = check_mailbox(path->mailbox);
  if (syntax == MailboxSyntax::bad) return error("501 5.1.3 Bad recipient address syntax");
  if (syntax != MailboxSyntax::ascii && !envelope.smtp_utf8) return error(utf8_reply);
  if (recipients >= options.limits.recipients) return reply("452 4.5.3 Too many recipients");

  const auto verdict = handler->on_rcpt(peer, envelope, {std::string(path->mailbox), {}});
  if (!decide(verdict, "250 2.1.5 Ok")) return;
  ++recipients;
  if (verdict.action != Verdict::Action::discard) envelope.rcpt_to.emplace_back(path->mailbox);
}

void ServerSession::Impl::on_data(std::string_view arguments) {
  if (!arguments.empty()) return error("501 5.5.4 Syntax: DATA");
  if (!mail_begun) return error("503 5.5.1 Need MAIL first");
  if (recipients == 0) return error("554 5.5.1 No valid recipients");
  if (!decide(handler->on_data(peer, envelope), "354 End data with <CR><LF>.<CR><LF>") || state == State::closed)
    return;
  state = State::data;
  decoder = DotDecoder(options.limits.message_bytes);
  letter.clear();
  letter.reserve(std::min<std::size_t>(announced_size, max_reserved));
}

void ServerSession::Impl::end_letter() {
  state = State::command;
  if (keep_transcript) {
    const auto note = decoder.too_large() ? std::string("a letter over the limit, thrown away")
                                          : std::to_string(letter.size()) + " bytes of letter";
    session_log.note(note);
    letter_log.note(note);
  }
  if (decoder.too_large()) {
    reply(too_large_reply, true);
  } else if (decoder.bare_newline() && !options.leniency.bare_newlines) {
    reply("550 5.5.2 Bare CR or LF in the letter; lines end with CRLF alone", true);
  } else {
    Verdict verdict;
    if (!envelope.rcpt_to.empty()) {
      const auto transcript = keep_transcript ? handshake_log + letter_log.text() : std::string();
      verdict = handler->on_letter(peer, std::move(envelope), std::move(letter), transcript);
    }
    const bool named = verdict.action == Verdict::Action::accept && !verdict.reply.empty();
    decide(verdict, named ? "250" : "250 2.0.0 Ok: queued as " + crypto::random_token(10));
  }
  reset_mail();
}

void ServerSession::Impl::reset_mail() {
  mail_begun = false;
  recipients = 0;
  announced_size = 0;
  envelope = ServerEnvelope();
  letter = std::string();
}

}  // namespace gatepost::smtp
