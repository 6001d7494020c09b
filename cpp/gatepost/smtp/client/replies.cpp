#include <utility>

#include "gatepost/core/utf8.hpp"
#include "gatepost/smtp/client/session_impl.hpp"

namespace gatepost::smtp {

using codes::Category;
using codes::Phase;

void ClientSession::Impl::handle_reply() {
  // The reply to a command that is still in our hands answers nothing.
  const bool asked = awaited();
  quoting = secrets.concerns(reader.text(), where());
  log_reply(asked ? expected.front().letter : nullptr);
  if (asked) note_wait(expected.front());
  if (reader.code() == 421) return handle_421(asked ? &expected.front() : nullptr);
  if (!asked) return protocol_error("the server spoke unasked: " + heard().to_string());
  const auto reply_to = expected.front();
  if (reply_to.letter != nullptr) reply_to.letter->answered = true;
  if (reply_to.command == Command::quit) return end_cleanly();
  dispatch(reply_to);
}

// The handlers look at expected.front() through phase(), so each of them pops it when it is done with the reply.
void ClientSession::Impl::dispatch(const Expected& reply_to) {
  switch (reply_to.command) {
    case Command::greeting:
      return on_greeting();
    case Command::ehlo:
      return on_ehlo();
    case Command::helo:
      return on_helo();
    case Command::starttls:
      return on_starttls();
    case Command::xclient:
      return on_xclient();
    case Command::auth:
      return on_auth();
    case Command::mail:
      return on_mail(*reply_to.letter);
    case Command::rcpt:
      return on_rcpt(*reply_to.letter, reply_to.recipient);
    case Command::data:
      return on_data(*reply_to.letter);
    case Command::chunk:
      return on_chunk(*reply_to.letter);
    case Command::body:
      return on_body(*reply_to.letter, reply_to.recipient);
    case Command::question:
      return on_question();
    case Command::rset:
      return on_rset();
    case Command::lone_dot:
    case Command::quit:
      expected.pop_front();
      return begin_next();
  }
}

void ClientSession::Impl::handle_421(const Expected* reply_to) {
  if (quit_sent) return end_cleanly();
  auto why = refusal(phase());
  if (reply_to != nullptr && reply_to->command == Command::question) {
    answers.push_back(heard());
    expected.pop_front();
  } else if (reply_to != nullptr && reply_to->letter != nullptr) {
    auto& t = *reply_to->letter;
    t.answered = true;
    if (reply_to->command == Command::body) {
      t.outcome.final_reply = heard();
      // Of LMTP's other recipients the server has not spoken: end_session() leaves them in doubt.
      if (t.finals > 1) t.refuse(reply_to->recipient, why);
    }
    if (t.finals <= 1) {
      t.refuse_all(why);
      t.done = true;
    }
  }
  end_session(std::move(why));
}

void ClientSession::Impl::end_session(codes::Failure why) {
  last_phase = why.phase;
  log_note(nullptr, why.message);
  if (asking()) answer_ourselves(why.message.empty() ? why.server_text : why.message);
  drop_work();
  for (auto& t : letters) {
    if (t.done) continue;
    if (options.keep_transcript && !why.message.empty()) t.transcript.note(why.message);
    auto own = why;
    own.maybe_delivered = t.body_out;
    t.outcome.untouched = !t.answered && !t.body_out;
    t.refuse_all(own);
    t.done = true;
  }
  flush_done();
  failure = std::move(why);
}

void ClientSession::Impl::end_cleanly() {
  last_phase = phase();
  drop_work();
  const auto over = codes::local_failure(Category::connection_lost, last_phase, "the session is over");
  for (auto& t : letters) {
    if (!t.done) t.return_untouched(over);
  }
  flush_done();
}

void ClientSession::Impl::drop_work() {
  stage = Stage::closed;
  tls_wanted = false;
  expected.clear();
  staged.clear();
  out_at = outbox.size();
  writing = nullptr;
  encoder.reset();
  sasl.reset();
  held_response.reset();
}

void ClientSession::Impl::protocol_error(std::string message) {
  // What came in the place of a reply counts as one: the letter is not offered anew as if nothing had been said.
  if (awaited() && expected.front().letter != nullptr) expected.front().letter->answered = true;
  constexpr std::size_t enough = 300;
  message = secrets.masked(std::move(message), where());
  if (message.size() > enough) message.replace(utf8_prefix(message, enough).size(), std::string::npos, "…");
  auto why = codes::local_failure(Category::protocol_error, phase(), std::move(message));
  why.scope = codes::Scope::session;
  end_session(std::move(why));
}

SecretMask::Where ClientSession::Impl::where() const {
  const bool in_auth = !expected.empty() && expected.front().command == Command::auth;
  return in_auth ? SecretMask::Where::in_auth : SecretMask::Where::elsewhere;
}

std::string ClientSession::Impl::heard(std::string_view words) const {
  return quoting ? secrets.masked(std::string(words), where()) : std::string(words);
}

// A careless server may quote what it was sent, and at any time.
codes::Reply ClientSession::Impl::heard() const {
  auto reply = reader.reply();
  if (!quoting) return reply;
  for (auto& line : reply.lines) line = heard(line);
  return reply;
}

codes::Failure ClientSession::Impl::refusal(Phase phase) const {
  auto why = codes::classify(reader.reply(), phase, options.provider);
  if (!quoting) return why;
  why.server_text = heard().text();
  why.evidence = heard(why.evidence);
  return why;
}

}  // namespace gatepost::smtp
