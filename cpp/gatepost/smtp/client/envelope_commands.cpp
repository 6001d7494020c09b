#include "gatepost/smtp/client/envelope_commands.hpp"

#include <charconv>
#include <iterator>
#include <string>

#include "gatepost/smtp/client/original_recipient.hpp"

namespace gatepost::smtp {

using codes::Phase;

namespace {

void append_number(std::string& out, std::size_t number) {
  char digits[20];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  out.append(std::begin(digits), end);
}

}  // namespace

void EnvelopeCommands::begin() {
  begun_ = true;
  write_mail();
  if (!context_.pipelining()) return;
  const auto recipients = record_.outcome.recipients.size();
  while (next_rcpt_ < recipients) write_rcpt();
  if (context_.one_round_trip() && !plan_.bdat && (!record_.letter.all_or_nothing || recipients == 1)) write_data();
}

void EnvelopeCommands::write_mail() {
  auto& line = context_.wire.staged();
  const auto from = line.size();
  line.append("MAIL FROM:<").append(record_.letter.mail_from).push_back('>');
  if (context_.facts.max_message_bytes) {
    line.append(" SIZE=");
    append_number(line, plan_.size);
  }
  if (record_.binary()) {
    line.append(" BODY=BINARYMIME");
  } else if (plan_.eight_bit) {
    line.append(" BODY=8BITMIME");
  }
  if (plan_.smtp_utf8) line.append(" SMTPUTF8");
  if (plan_.requested) line.append(plan_.requested->mail);
  context_.end_line(from, {.from = this, .phase = Phase::mail, .part = mail, .waited = &record_.outcome.timings.mail});
  ++pending_;
}

/// The RCPT of the next recipient that is not refused yet, if there is one.
void EnvelopeCommands::write_rcpt() {
  const auto& recipients = record_.outcome.recipients;
  while (next_rcpt_ < recipients.size() && recipients[next_rcpt_].failure) ++next_rcpt_;
  if (next_rcpt_ == recipients.size()) return;
  auto& line = context_.wire.staged();
  const auto from = line.size();
  line.append("RCPT TO:<").append(recipients[next_rcpt_].address).push_back('>');
  if (plan_.requested) {
    line.append(plan_.requested->rcpt);
    if (plan_.requested->original_recipients) {
      append_original_recipient(line, record_.letter.requests->original_recipients[next_rcpt_]);
    }
  }
  context_.end_line(from, {.from = this,
                           .phase = Phase::rcpt,
                           .part = rcpt,
                           .recipient = next_rcpt_,
                           .waited = &record_.outcome.timings.rcpt});
  ++next_rcpt_;
  ++pending_;
}

void EnvelopeCommands::write_data() {
  data_written_ = true;
  context_.send("DATA", {.from = this, .phase = Phase::data, .part = data, .waited = &record_.outcome.timings.data});
}

Step EnvelopeCommands::on_reply(const Expected& to) {
  switch (to.part) {
    case mail:
      return on_mail();
    case rcpt:
      return on_rcpt(to.recipient);
    default:
      return on_data();
  }
}

Step EnvelopeCommands::on_mail() {
  const auto& reply = context_.reply;
  if (reply.refuses()) {
    record_.refuse_all(reply.refusal(Phase::mail));
  } else if (reply.code() >= 300) {
    return Ending{reply.unexpected("not a valid reply to MAIL")};
  } else {
    opened_ = true;
  }
  return recipients_answered();
}

Step EnvelopeCommands::on_rcpt(std::size_t recipient) {
  const auto& reply = context_.reply;
  // After a refused MAIL the replies to its RCPTs say nothing new, but one that is accepted must not stay.
  if (reply.refuses()) {
    if (!record_.outcome.recipients[recipient].failure) record_.refuse(recipient, reply.refusal(Phase::rcpt));
  } else if (reply.code() >= 300) {
    return Ending{reply.unexpected("not a valid reply to RCPT")};
  } else {
    opened_ = true;
  }
  return recipients_answered();
}

Step EnvelopeCommands::recipients_answered() {
  --pending_;
  if (!context_.pipelining() && record_.alive > 0) write_rcpt();
  if (pending_ > 0 || data_written_) return Progress::more;
  record_.refuse_all_if_one_was();
  if (record_.alive == 0) return finish();
  // After 354 or BDAT nothing can be called off, so both wait until it is known who gets the letter.
  plan_.bdat ? body_.begin(true) : write_data();
  return Progress::more;
}

Step EnvelopeCommands::on_data() {
  const auto& reply = context_.reply;
  if (reply.code() < 300) return Ending{reply.unexpected("not a valid reply to DATA")};
  if (reply.refuses()) {
    if (record_.alive > 0) record_.refuse_all(reply.refusal(Phase::data));
    return finish();
  }
  if (record_.alive > 0) {
    body_.begin(false);
    return Progress::more;
  }
  if (context_.options.lmtp) {  // no recipient, no reply to a dot: how it would go on is anybody's guess
    return Ending{reply.unexpected("the server wants a letter without recipients")};
  }
  record_.done = true;
  return Progress::dot_and_reset;
}

Step EnvelopeCommands::finish() {
  record_.done = true;
  return opened_ ? Progress::reset : Progress::done;
}

}  // namespace gatepost::smtp
