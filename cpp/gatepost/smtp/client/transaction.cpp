#include <charconv>
#include <utility>

#include "gatepost/smtp/client/queue_id.hpp"
#include "gatepost/smtp/client/session_impl.hpp"

namespace gatepost::smtp {

using codes::Phase;

namespace {

constexpr std::size_t max_output = 64 * 1024;
constexpr std::size_t letter_log_bytes = 16 * 1024;

bool is_refusal(int code) { return code >= 400; }

void append_number(std::string& out, std::size_t number) {
  char digits[20];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  out.append(std::begin(digits), end);
}

}  // namespace

bool ClientSession::Impl::wants_letter() const {
  if (stage != Stage::ready || quitting) return false;
  const Transaction* active = nullptr;
  for (const auto& t : letters) {
    if (t.done) continue;
    if (active != nullptr || !t.begun) return false;
    active = &t;
  }
  if (active != nullptr) return one_round_trip() && active->body_begun;
  return pipelining() || expected.empty();
}

void ClientSession::Impl::submit(ClientLetter letter) {
  auto& t = letters.emplace_back(std::move(letter), options.keep_transcript ? letter_log_bytes : 0);
  if (stage == Stage::closed) {
    t.outcome.untouched = true;
    t.refuse_all(failure ? *failure
                         : codes::local_failure(codes::Category::connection_lost, last_phase, "the session is over"));
    t.done = true;
  } else if (stage == Stage::ready) {
    check(t);
  }
  flush_done();
  begin_next();
}

void ClientSession::Impl::begin_next() {
  if (stage != Stage::ready || quit_sent || writing != nullptr) return;
  if (!pipelining() && !expected.empty()) return;
  bool busy = false;
  for (auto& t : letters) {
    if (t.done) continue;
    if (!t.begun) return begin(t);
    if (busy || !one_round_trip() || !t.dot_out) return;
    busy = true;
  }
  if (quitting && !busy) {
    quit_sent = true;
    command("QUIT", Command::quit);
  }
}

void ClientSession::Impl::begin(Transaction& t) {
  t.begun = true;
  const auto from = staged.size();
  staged.append("MAIL FROM:<").append(t.letter.mail_from).push_back('>');
  if (facts.max_message_bytes) {
    staged.append(" SIZE=");
    append_number(staged, t.data().size());
  }
  if (t.eight_bit) staged.append(" BODY=8BITMIME");
  if (t.smtp_utf8) staged.append(" SMTPUTF8");
  finish_command(from, Command::mail, &t);
  ++t.pending;
  if (!pipelining()) return;
  while (t.next_rcpt < t.outcome.recipients.size()) write_rcpt(t);
  if (one_round_trip() && (!t.letter.all_or_nothing || t.outcome.recipients.size() == 1)) write_data(t);
}

/// The RCPT of the next recipient that is not refused yet, if there is one.
void ClientSession::Impl::write_rcpt(Transaction& t) {
  const auto& recipients = t.outcome.recipients;
  while (t.next_rcpt < recipients.size() && recipients[t.next_rcpt].failure) ++t.next_rcpt;
  if (t.next_rcpt == recipients.size()) return;
  const auto from = staged.size();
  staged.append("RCPT TO:<").append(recipients[t.next_rcpt].address).push_back('>');
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
    t.refuse_all(codes::classify(reader.reply(), Phase::mail, options.provider));
  } else if (code >= 300) {
    return protocol_error("not an answer to MAIL: " + reader.reply().to_string());
  } else {
    t.mail_accepted = true;
  }
  envelope_answered(t);
}

void ClientSession::Impl::on_rcpt(Transaction& t, std::size_t recipient) {
  const int code = reader.code();
  if (!is_refusal(code) && code >= 300) {
    return protocol_error("not an answer to RCPT: " + reader.reply().to_string());
  }
  // After a refused MAIL the replies to its RCPTs say nothing new.
  if (is_refusal(code) && !t.outcome.recipients[recipient].failure) {
    t.refuse(recipient, codes::classify(reader.reply(), Phase::rcpt, options.provider));
  }
  envelope_answered(t);
}

void ClientSession::Impl::envelope_answered(Transaction& t) {
  expected.pop_front();
  --t.pending;
  if (!pipelining() && t.alive > 0) write_rcpt(t);
  if (t.pending > 0 || t.data_written) return;
  t.refuse_all_if_one_was();
  if (t.alive > 0) return write_data(t);
  finish(t, t.mail_accepted);
}

void ClientSession::Impl::on_data(Transaction& t) {
  const int code = reader.code();
  if (code < 300) return protocol_error("not an answer to DATA: " + reader.reply().to_string());
  if (is_refusal(code)) {
    if (t.alive > 0) t.refuse_all(codes::classify(reader.reply(), Phase::data, options.provider));
    expected.pop_front();
    return finish(t, t.mail_accepted);
  }
  expected.pop_front();
  if (t.alive > 0) {
    t.body_begun = true;
    writing = &t;
    encoder.emplace(t.data());
    log_note(&t, std::to_string(t.data().size()) + " bytes of letter");
    expected.push_back({Command::body, &t, 0, 0});
    return;
  }
  // The server wants a letter that nobody is to get (RFC 2920 §3.1): a lone dot, whose reply changes no outcome, and
  // RSET in case the server keeps the empty transaction open.
  const auto from = staged.size();
  staged.append(".");
  finish_command(from, Command::lone_dot);
  finish(t, true);
}

void ClientSession::Impl::write_body() {
  if (writing == nullptr) return;
  if (outbox.size() < max_output) encoder->append_to(outbox, max_output - outbox.size());
  if (!encoder->done()) return;
  encoder.reset();
  std::exchange(writing, nullptr)->dot_out = true;
  begin_next();
}

void ClientSession::Impl::on_body(Transaction& t) {
  const int code = reader.code();
  if (code >= 300 && !is_refusal(code))
    return protocol_error("not an answer to a letter: " + reader.reply().to_string());
  if (!t.dot_out) {
    if (!is_refusal(code))
      return protocol_error("the letter was accepted before it was sent: " + reader.reply().to_string());
    t.outcome.final_reply = reader.reply();
    t.refuse_all(codes::classify(t.outcome.final_reply, Phase::data, options.provider));
    t.done = true;
    return protocol_error("the server refused the letter in the middle of its data");
  }
  t.outcome.final_reply = reader.reply();
  if (is_refusal(code)) {
    t.refuse_all(codes::classify(t.outcome.final_reply, Phase::final_, options.provider));
  } else {
    for (auto& recipient : t.outcome.recipients) recipient.accepted = !recipient.failure;
    t.outcome.queue_id = find_queue_id(t.outcome.final_reply.text());
  }
  expected.pop_front();
  finish(t, false);
}

/// `t` is gone when this returns.
void ClientSession::Impl::finish(Transaction& t, bool reset) {
  t.done = true;
  if (reset) command("RSET", Command::rset);
  flush_done();
  begin_next();
}

void ClientSession::Impl::flush_done() {
  while (!letters.empty() && letters.front().done) {
    auto& t = letters.front();
    if (options.keep_transcript) {
      t.outcome.transcript = (handshake_log.empty() ? session_log.text() : handshake_log) + t.transcript.text();
    }
    outcomes.push_back(std::move(t.outcome));
    letters.pop_front();
  }
}

}  // namespace gatepost::smtp
