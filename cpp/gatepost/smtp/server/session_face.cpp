// The public face of the session.
#include <utility>

#include "gatepost/smtp/server/session_impl.hpp"

namespace gatepost::smtp {

ServerSession::ServerSession(const ServerOptions& options, ServerHandler& handler, ServerPeer peer, Admission admission)
    : impl_(std::make_unique<Impl>(options, handler, std::move(peer), std::move(admission))) {}
ServerSession::~ServerSession() = default;
ServerSession::ServerSession(ServerSession&&) noexcept = default;
ServerSession& ServerSession::operator=(ServerSession&&) noexcept = default;

ServerSession::Need ServerSession::need() const {
  if (impl_->state == Impl::State::closed) return Need::closed;
  if (impl_->tls_wanted) return Need::start_tls;
  if (impl_->deciding) return Need::decision;
  return impl_->waiting ? Need::wait : Need::read;
}

std::string_view ServerSession::output() const { return std::string_view(impl_->outbox).substr(impl_->out_at); }
void ServerSession::consume_output(std::size_t bytes) { impl_->consume(bytes); }
void ServerSession::receive(std::string_view bytes) { impl_->receive(bytes); }
std::string_view ServerSession::tls_input() const { return impl_->tls_input; }

void ServerSession::tls_established(TlsFacts facts) {
  auto& s = *impl_;
  if (s.state == Impl::State::closed || !s.tls_wanted) return;
  s.tls_wanted = false;
  s.tls_input = std::string();
  if (s.keep_transcript) s.session_log.note("TLS: " + facts.version + " " + facts.cipher);
  s.reset_session();  // RFC 3207 §4.2: nothing learnt before TLS counts
  s.input.clear();
  s.scanned = 0;
  s.peer.tls = std::move(facts);
  if (s.options.implicit_tls) s.greet();
  s.settle();
}

void ServerSession::tls_failed(std::string_view reason, bool plain_text) {
  if (plain_text) impl_->warn_of_plain_text();
  impl_->close(reason);
}

std::chrono::milliseconds ServerSession::wait_for() const {
  return impl_->waiting ? impl_->delay : std::chrono::milliseconds{0};
}
void ServerSession::resume() { impl_->resume(); }
void ServerSession::decide(const Verdict& verdict) { impl_->decide(verdict); }

void ServerSession::timed_out() {
  auto& s = *impl_;
  if (s.state == Impl::State::closed) return;
  if (s.state == Impl::State::proxy || s.tls_wanted) return s.close("timeout");
  s.farewell("421 4.4.2", "Error: timeout exceeded", "timeout");
  s.publish();
}

void ServerSession::shut_down() {
  auto& s = *impl_;
  if (s.state == Impl::State::closed) return;
  if (s.state == Impl::State::proxy || s.tls_wanted) return s.close("shut down");
  s.shutting_down = true;
  s.settle();
}

void ServerSession::connection_lost(std::string_view reason) { impl_->close(reason); }
bool ServerSession::in_data() const {
  return impl_->state == Impl::State::data || impl_->state == Impl::State::chunk || impl_->mail.chunked;
}
std::size_t ServerSession::letters() const { return impl_->letters; }
std::uint64_t ServerSession::letter_bytes_read() const { return impl_->letter_bytes; }
const ServerPeer& ServerSession::peer() const { return impl_->peer; }
std::string_view ServerSession::transcript() const { return impl_->session_log.text(); }
const std::vector<std::string>& ServerSession::warnings() const { return impl_->warnings; }

}  // namespace gatepost::smtp
