#include <charconv>
#include <utility>

#include "gatepost/core/utf8.hpp"
#include "gatepost/smtp/client_session_impl.hpp"
#include "gatepost/smtp/mailbox_syntax.hpp"
#include "gatepost/smtp/queue_id.hpp"

namespace gatepost::smtp {

using codes::Category;
using codes::Phase;
using codes::Scope;

namespace {

constexpr std::size_t max_output = 64 * 1024;
constexpr std::size_t letter_log_bytes = 16 * 1024;

bool is_refusal(int code) { return code >= 400; }

void append_number(std::string& out, std::size_t number) {
  char digits[20];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  out.append(std::begin(digits), end);
}

codes::Failure found_locally(Category category, Phase phase, Scope scope, std::string message) {
  auto failure = codes::local_failure(category, phase, std::move(message));
  failure.scope = scope;
  return failure;
}

}  // namespace

Transaction::Transaction(ClientLetter submitted, std::size_t max_transcript_bytes)
    : letter(std::move(submitted)), transcript(max_transcript_bytes), alive(letter.rcpt_to.size()) {
  outcome.id = letter.id;
  outcome.recipients.reserve(alive);
  for (auto& address : letter.rcpt_to) outcome.recipients.push_back({std::move(address), false, std::nullopt});
}

void Transaction::refuse(std::size_t recipient, codes::Failure failure) {
  outcome.recipients[recipient].failure = std::move(failure);
  --alive;
}

void Transaction::refuse_all(const codes::Failure& failure) {
  for (auto& recipient : outcome.recipients) {
    if (!recipient.failure) recipient.failure = failure;
  }
  alive = 0;
}

void Transaction::refuse_all_if_one_was() {
  if (!letter.all_or_nothing || alive == 0) return;
  for (const auto& recipient : outcome.recipients) {
    if (!recipient.failure) continue;
    auto shared = *recipient.failure;
    shared.scope = Scope::message;
    shared.suppress = codes::SuppressScope::none;
    shared.message = "not sent, because " + recipient.address + " was refused and the letter goes to all or to nobody";
    return refuse_all(shared);
  }
}

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
                         : found_locally(Category::connection_lost, last_phase, Scope::session, "the session is over"));
    t.done = true;
  } else if (stage == Stage::ready) {
    check(t);
  }
  flush_done();
  begin_next();
}

void ClientSession::Impl::check(Transaction& t) const {
  if (std::exchange(t.checked, true)) return;
  const auto refuse_letter = [&](Category category, Phase phase, std::string message) {
    t.refuse_all(found_locally(category, phase, Scope::message, std::move(message)));
    t.done = true;
  };
  if (t.letter.data == nullptr)
    return refuse_letter(Category::message_malformed, Phase::local, "the letter has no data");

  const auto& from = t.letter.mail_from;
  const auto sender = from.empty() ? MailboxSyntax::ascii : check_mailbox(from);
  if (sender == MailboxSyntax::bad) {
    return refuse_letter(Category::message_malformed, Phase::local, "the sender's address cannot be sent");
  }
  if (sender != MailboxSyntax::ascii && !facts.smtp_utf8) {
    return refuse_letter(Category::feature_unsupported, Phase::mail,
                         "the sender's address is not ASCII and the server does not offer SMTPUTF8");
  }
  const auto size = t.data().size() + (t.data().empty() || t.data().ends_with("\r\n") ? 0 : 2);
  if (facts.max_message_bytes.value_or(0) != 0 && size > *facts.max_message_bytes) {
    return refuse_letter(Category::message_too_large, Phase::mail,
                         "the letter has " + std::to_string(size) + " bytes, the server takes at most " +
                             std::to_string(*facts.max_message_bytes));
  }
  t.eight_bit = !is_ascii(t.data());
  if (t.eight_bit && !facts.eight_bit_mime) {
    return refuse_letter(Category::feature_unsupported, Phase::mail,
                         "the letter has 8-bit bytes and the server does not offer 8BITMIME");
  }

  t.smtp_utf8 = sender != MailboxSyntax::ascii;
  for (std::size_t i = 0; i < t.outcome.recipients.size(); ++i) {
    const auto recipient = check_mailbox(t.outcome.recipients[i].address);
    if (recipient == MailboxSyntax::bad) {
      t.refuse(i, found_locally(Category::recipient_syntax, Phase::local, Scope::recipient,
                                "the recipient's address cannot be sent"));
    } else if (recipient != MailboxSyntax::ascii && !facts.smtp_utf8) {
      t.refuse(i, found_locally(Category::feature_unsupported, Phase::rcpt, Scope::recipient,
                                "the address is not ASCII and the server does not offer SMTPUTF8"));
    } else if (recipient != MailboxSyntax::ascii) {
      t.smtp_utf8 = true;
    }
  }
  t.refuse_all_if_one_was();
  t.done = t.alive == 0;
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
