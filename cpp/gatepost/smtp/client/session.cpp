#include "gatepost/smtp/client/session.hpp"

#include <algorithm>
#include <utility>

#include "gatepost/smtp/client/session_impl.hpp"

namespace gatepost::smtp {

using codes::Phase;

namespace {
constexpr std::size_t session_log_bytes = 32 * 1024;
}

ClientSession::Impl::Impl(ClientOptions session_options)
    : options(std::move(session_options)), session_log(options.keep_transcript ? session_log_bytes : 0) {
  tls_wanted = options.security == Security::implicit_tls;
  expected.push_back({Command::greeting, nullptr, 0, 0});
}

ClientSession::Need ClientSession::Impl::need() const {
  if (stage == Stage::closed) return Need::closed;
  if (tls_wanted) return Need::start_tls;
  return expected.empty() ? Need::letter : Need::read;
}

Phase ClientSession::Impl::phase() const {
  if (stage == Stage::closed) return last_phase;
  if (tls_wanted) return Phase::tls;
  if (expected.empty()) return Phase::mail;
  switch (expected.front().command) {
    case Command::greeting:
      return Phase::greeting;
    case Command::ehlo:
    case Command::helo:
      return Phase::ehlo;
    case Command::starttls:
      return Phase::tls;
    case Command::auth:
      return Phase::auth;
    case Command::rcpt:
      return Phase::rcpt;
    case Command::data:
      return Phase::data;
    case Command::body:
      return expected.front().letter->dot_out ? Phase::final_ : Phase::data;
    case Command::lone_dot:
      return Phase::final_;
    case Command::mail:
    case Command::rset:
    case Command::quit:
      break;
  }
  return Phase::mail;
}

std::string_view ClientSession::Impl::output() {
  const auto take_staged = [this] {
    taken += staged.size();
    if (outbox.empty()) {
      outbox.swap(staged);
    } else {
      outbox.append(staged);
    }
    staged.clear();
  };
  if (out_at == outbox.size()) {
    outbox.clear();
    out_at = 0;
    take_staged();
    write_body();
    take_staged();  // what may ride behind the final dot
  }
  return std::string_view(outbox).substr(out_at);
}

void ClientSession::Impl::receive(std::string_view bytes) {
  if (stage == Stage::closed || bytes.empty()) return;
  began = true;
  while (stage != Stage::closed && !bytes.empty()) {
    if (tls_wanted) {
      auto why = codes::local_failure(codes::Category::tls_error, Phase::tls,
                                      "the server sent plain text where the TLS handshake begins (response injection)");
      why.scope = codes::Scope::session;
      return end_session(std::move(why));
    }
    switch (reader.read(bytes)) {
      case ReplyReader::Status::more:
        return;
      case ReplyReader::Status::broken:
        return protocol_error(reader.error());
      case ReplyReader::Status::reply:
        handle_reply();
    }
  }
}

void ClientSession::Impl::handle_reply() {
  // The reply to a command that is still in our hands answers nothing.
  const bool asked = !expected.empty() && expected.front().staged_to <= taken;
  log_reply(asked ? expected.front().letter : nullptr);
  if (reader.code() == 421) return handle_421(asked ? &expected.front() : nullptr);
  if (!asked) return protocol_error("the server spoke unasked: " + masked_reply().to_string());
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
    case Command::auth:
      return on_auth();
    case Command::mail:
      return on_mail(*reply_to.letter);
    case Command::rcpt:
      return on_rcpt(*reply_to.letter, reply_to.recipient);
    case Command::data:
      return on_data(*reply_to.letter);
    case Command::body:
      return on_body(*reply_to.letter);
    case Command::lone_dot:
    case Command::rset:
    case Command::quit:
      expected.pop_front();
      return begin_next();
  }
}

void ClientSession::Impl::handle_421(const Expected* reply_to) {
  if (quit_sent) return end_cleanly();
  auto why = codes::classify(masked_reply(), phase(), options.provider);
  if (reply_to != nullptr && reply_to->letter != nullptr) {
    auto& t = *reply_to->letter;
    t.answered = true;
    if (reply_to->command == Command::body) t.outcome.final_reply = reader.reply();
    t.refuse_all(why);
    t.done = true;
  }
  end_session(std::move(why));
}

void ClientSession::Impl::end_session(codes::Failure why) {
  last_phase = phase();
  stage = Stage::closed;
  tls_wanted = false;
  expected.clear();
  staged.clear();
  out_at = outbox.size();
  writing = nullptr;
  encoder.reset();
  log_note(nullptr, why.message);
  for (auto& t : letters) {
    if (t.done) continue;
    if (options.keep_transcript && !why.message.empty()) t.transcript.note(why.message);
    auto own = why;
    own.maybe_delivered = t.dot_out;
    t.outcome.untouched = !t.answered && !t.dot_out;
    t.refuse_all(own);
    t.done = true;
  }
  flush_done();
  failure = std::move(why);
}

void ClientSession::Impl::end_cleanly() {
  last_phase = phase();
  stage = Stage::closed;
  expected.clear();
  staged.clear();
  out_at = outbox.size();
}

void ClientSession::Impl::protocol_error(std::string message) {
  // What came in the place of a reply counts as one: the letter is not offered anew as if nothing had been said.
  if (!expected.empty() && expected.front().staged_to <= taken && expected.front().letter != nullptr) {
    expected.front().letter->answered = true;
  }
  if (!authenticated) message = mask_credentials(std::move(message), options.identity.login, options.identity.password);
  auto why = codes::local_failure(codes::Category::protocol_error, phase(), std::move(message));
  why.scope = codes::Scope::session;
  end_session(std::move(why));
}

// A careless server may quote what it was sent.
codes::Reply ClientSession::Impl::masked_reply() const {
  auto reply = reader.reply();
  if (expected.empty() || expected.front().command != Command::auth) return reply;
  for (auto& line : reply.lines)
    line = mask_credentials(std::move(line), options.identity.login, options.identity.password);
  return reply;
}

void ClientSession::Impl::finish_command(std::size_t from, Command sent, Transaction* letter, std::size_t recipient,
                                         std::string_view shown) {
  if (options.keep_transcript) {
    const auto line = shown.empty() ? std::string_view(staged).substr(from) : shown;
    session_log.client(line);
    if (letter != nullptr) letter->transcript.client(line);
  }
  staged.append("\r\n");
  expected.push_back({sent, letter, recipient, taken + staged.size()});
}

void ClientSession::Impl::command(std::string_view line, Command sent, std::string_view shown) {
  const auto from = staged.size();
  staged.append(line);
  finish_command(from, sent, nullptr, 0, shown);
}

void ClientSession::Impl::log_note(Transaction* letter, std::string_view text) {
  if (!options.keep_transcript || text.empty()) return;
  session_log.note(text);
  if (letter != nullptr) letter->transcript.note(text);
}

void ClientSession::Impl::log_reply(Transaction* letter) {
  if (!options.keep_transcript) return;
  const bool auth = !expected.empty() && expected.front().command == Command::auth;
  for (const auto line : reader.lines()) {
    if (auth) {
      session_log.server(mask_credentials(std::string(line), options.identity.login, options.identity.password));
      continue;
    }
    session_log.server(line);
    if (letter != nullptr) letter->transcript.server(line);
  }
}

// The public face.

ClientSession::ClientSession(ClientOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
ClientSession::~ClientSession() = default;
ClientSession::ClientSession(ClientSession&&) noexcept = default;
ClientSession& ClientSession::operator=(ClientSession&&) noexcept = default;

ClientSession::Need ClientSession::need() const { return impl_->need(); }
std::string_view ClientSession::output() { return impl_->output(); }
void ClientSession::consume_output(std::size_t bytes) {
  impl_->out_at = std::min(impl_->out_at + bytes, impl_->outbox.size());
}
void ClientSession::receive(std::string_view bytes) { impl_->receive(bytes); }
void ClientSession::tls_established(TlsFacts facts) { impl_->tls_established(std::move(facts)); }
bool ClientSession::wants_letter() const { return impl_->wants_letter(); }
void ClientSession::submit(ClientLetter letter) { impl_->submit(std::move(letter)); }

void ClientSession::quit() {
  impl_->quitting = true;
  impl_->begin_next();
}

void ClientSession::fail(codes::Failure failure) {
  auto& s = *impl_;
  if (s.stage == Impl::Stage::closed) return;
  if (s.quit_sent) return s.end_cleanly();
  const bool before_all = failure.phase == Phase::dns || failure.phase == Phase::connect || failure.phase == Phase::tls;
  if (s.began || !before_all) failure.phase = s.phase();
  s.end_session(std::move(failure));
}

Phase ClientSession::phase() const { return impl_->phase(); }
bool ClientSession::authenticated() const { return impl_->authenticated; }
bool ClientSession::ready() const { return impl_->was_ready; }
std::vector<LetterOutcome> ClientSession::take_outcomes() { return std::exchange(impl_->outcomes, {}); }
const std::optional<codes::Failure>& ClientSession::failure() const { return impl_->failure; }
const SessionFacts& ClientSession::facts() const { return impl_->facts; }
std::string ClientSession::transcript() const { return impl_->session_log.text(); }

}  // namespace gatepost::smtp
