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
    : options(std::move(session_options)),
      secrets(options.identity),
      session_log(options.keep_transcript ? session_log_bytes : 0) {
  tls_wanted = options.security == Security::implicit_tls;
  waiting_since = read_at = options.now();
  expected.push_back({Command::greeting, nullptr, 0, 0});
}

ClientSession::Need ClientSession::Impl::need() const {
  if (stage == Stage::closed) return Need::closed;
  if (tls_wanted) return Need::start_tls;
  return expected.empty() && writing == nullptr ? Need::letter : Need::read;
}

Phase ClientSession::Impl::phase() const {
  if (stage == Stage::closed) return last_phase;
  if (tls_wanted) return Phase::tls;
  if (expected.empty()) return writing == nullptr ? Phase::mail : Phase::data;
  switch (expected.front().command) {
    case Command::greeting:
      return Phase::greeting;
    case Command::ehlo:
    case Command::helo:
    case Command::xclient:
      return Phase::ehlo;
    case Command::starttls:
      return Phase::tls;
    case Command::auth:
      return Phase::auth;
    case Command::rcpt:
      return Phase::rcpt;
    case Command::data:
    case Command::chunk:
      return Phase::data;
    case Command::body:
      return expected.front().letter->body_out ? Phase::final_ : Phase::data;
    case Command::lone_dot:
      return Phase::final_;
    case Command::mail:
    case Command::rset:
    case Command::question:
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
    const bool waited = awaited();
    take_staged();
    const bool last_byte = write_body();
    take_staged();  // what may ride behind the final dot
    if (!outbox.empty() && (last_byte || !waited)) waiting_since = options.now();
  }
  return std::string_view(outbox).substr(out_at);
}

void ClientSession::Impl::receive(std::string_view bytes) {
  if (stage == Stage::closed || bytes.empty()) return;
  began = true;
  read_at = options.now();
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
        ++replies;
        handle_reply();
    }
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

void ClientSession::connected(std::string server, std::chrono::microseconds dns, std::chrono::microseconds connect) {
  impl_->facts.server = std::move(server);
  impl_->facts.timings.dns = dns;
  impl_->facts.timings.connect = connect;
  impl_->waiting_since = impl_->options.now();
}

bool ClientSession::wants_letter() const { return impl_->wants_letter(); }
void ClientSession::submit(ClientLetter letter) { impl_->submit(std::move(letter)); }
void ClientSession::ask(const Question& question) { impl_->ask(question); }

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
std::uint64_t ClientSession::replies() const { return impl_->replies; }
bool ClientSession::authenticated() const { return impl_->authenticated; }
bool ClientSession::ready() const { return impl_->was_ready; }
std::vector<LetterOutcome> ClientSession::take_outcomes() { return std::exchange(impl_->outcomes, {}); }
std::vector<codes::Reply> ClientSession::take_answers() { return std::exchange(impl_->answers, {}); }
const std::optional<codes::Failure>& ClientSession::failure() const { return impl_->failure; }
const SessionFacts& ClientSession::facts() const { return impl_->facts; }
std::string ClientSession::transcript() const { return impl_->session_log.text(); }

}  // namespace gatepost::smtp
