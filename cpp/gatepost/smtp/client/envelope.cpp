#include <charconv>
#include <iterator>

#include "gatepost/smtp/client/original_recipient.hpp"
#include "gatepost/smtp/client/session_impl.hpp"

namespace gatepost::smtp {

using codes::Phase;

namespace {

bool is_refusal(int code) { return code >= 400; }

void append_number(std::string& out, std::size_t number) {
  char digits[20];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  out.append(std::begin(digits), end);
}

}  // namespace

void ClientSession::Impl::begin(Transaction& t) {
  t.begun = true;
  ++mails;
  const auto from = staged.size();
  staged.append("MAIL FROM:<").append(t.letter.mail_from).push_back('>');
  if (facts.max_message_bytes) {
    staged.append(" SIZE=");
    append_number(staged, t.size);
  }
  if (t.letter.requests != nullptr && t.letter.requests->binary) {
    staged.append(" BODY=BINARYMIME");
  } else if (t.eight_bit) {
    staged.append(" BODY=8BITMIME");
  }
  if (t.smtp_utf8) staged.append(" SMTPUTF8");
  if (t.requested) staged.append(t.requested->mail);
  finish_command(from, Command::mail, &t);
  ++t.pending;
  if (!pipelining()) return;
  while (t.next_rcpt < t.outcome.recipients.size()) write_rcpt(t);
  if (one_round_trip() && !t.chunked && (!t.letter.all_or_nothing || t.outcome.recipients.size() == 1)) write_data(t);
}

/// The RCPT of the next recipient that is not refused yet, if there is one.
void ClientSession::Impl::write_rcpt(Transaction& t) {
  const auto& recipients = t.outcome.recipients;
  while (t.next_rcpt < recipients.size() && recipients[t.next_rcpt].failure) ++t.next_rcpt;
  if (t.next_rcpt == recipients.size()) return;
  const auto from = staged.size();
  staged.append("RCPT TO:<").append(recipients[t.next_rcpt].address).push_back('>');
  if (t.requested) {
    staged.append(t.requested->rcpt);
    if (t.requested->original_recipients) {
      append_original_recipient(staged, t.letter.requests->original_recipients[t.next_rcpt]);
    }
  }
  finish_command(from, Command::rcpt, &t, t.next_rcpt++);
  ++t.pending;
}

void ClientSession::Impl::write_data(Transaction& t) {
  t.data_written = true;
  const auto from = staged.size();
  staged.append("DATA");
  finish_command(from, Command::data, &t);
}

void ClientSession::Impl::on_mail(Transaction& t) {
  const int code = reader.code();
  if (is_refusal(code)) {
    t.refuse_all(refusal(Phase::mail));
  } else if (code >= 300) {
    return protocol_error("not an answer to MAIL: " + heard().to_string());
  } else {
    t.opened = true;
  }
  envelope_answered(t);
}

void ClientSession::Impl::on_rcpt(Transaction& t, std::size_t recipient) {
  const int code = reader.code();
  if (!is_refusal(code) && code >= 300) {
    return protocol_error("not an answer to RCPT: " + heard().to_string());
  }
  // After a refused MAIL the replies to its RCPTs say nothing new, but one that is accepted must not stay.
  if (!is_refusal(code)) t.opened = true;
  if (is_refusal(code) && !t.outcome.recipients[recipient].failure) {
    t.refuse(recipient, refusal(Phase::rcpt));
  }
  envelope_answered(t);
}

void ClientSession::Impl::envelope_answered(Transaction& t) {
  expected.pop_front();
  --t.pending;
  if (!pipelining() && t.alive > 0) write_rcpt(t);
  if (t.pending > 0 || t.data_written) return;
  t.refuse_all_if_one_was();
  if (t.alive == 0) return finish(t, t.opened);
  // After 354 or BDAT nothing can be called off, so both wait until it is known who gets the letter.
  t.chunked ? begin_body(t) : write_data(t);
}

void ClientSession::Impl::on_data(Transaction& t) {
  const int code = reader.code();
  if (code < 300) return protocol_error("not an answer to DATA: " + heard().to_string());
  if (is_refusal(code)) {
    if (t.alive > 0) t.refuse_all(refusal(Phase::data));
    expected.pop_front();
    return finish(t, t.opened);
  }
  if (t.alive == 0 && options.lmtp) {  // no recipient, no reply to a dot: how it would go on is anybody's guess
    return protocol_error("the server wants a letter without recipients: " + heard().to_string());
  }
  expected.pop_front();
  if (t.alive > 0) return begin_body(t);
  // The server wants a letter that nobody is to get (RFC 2920 §3.1): a lone dot, whose reply changes no outcome, and
  // RSET in case the server keeps the empty transaction open.
  const auto from = staged.size();
  staged.append(".");
  finish_command(from, Command::lone_dot);
  finish(t, true);
}

}  // namespace gatepost::smtp
