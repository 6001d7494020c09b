// The public face of the session.
#include "gatepost/smtp/server/session.hpp"

#include <utility>

#include "gatepost/smtp/server/session_impl.hpp"

namespace gatepost::smtp {

ServerSession::ServerSession(const ServerOptions& options, ServerHandler& handler, ServerPeer peer, Admission admission)
    : impl_(std::make_unique<Impl>(options, handler, std::move(peer), std::move(admission))) {}
ServerSession::~ServerSession() = default;
ServerSession::ServerSession(ServerSession&&) noexcept = default;
ServerSession& ServerSession::operator=(ServerSession&&) noexcept = default;

ServerSession::Need ServerSession::need() const { return impl_->need(); }
std::string_view ServerSession::output() const { return impl_->context.replies.output(); }
void ServerSession::consume_output(std::size_t bytes) { impl_->consume(bytes); }
void ServerSession::receive(std::string_view bytes) { impl_->receive(bytes); }
std::string_view ServerSession::tls_input() const { return impl_->tls_input; }
void ServerSession::tls_established(TlsFacts facts) { impl_->tls_established(std::move(facts)); }
void ServerSession::tls_failed(std::string_view reason, bool plain_text) { impl_->tls_failed(reason, plain_text); }
std::chrono::milliseconds ServerSession::wait_for() const { return impl_->context.replies.delay(); }
void ServerSession::resume() { impl_->resume(); }
void ServerSession::decide(const Verdict& verdict) { impl_->decide(verdict); }
void ServerSession::timed_out() { impl_->timed_out(); }
void ServerSession::shut_down() { impl_->shut_down(); }
void ServerSession::connection_lost(std::string_view reason) { impl_->connection_lost(reason); }
std::uint64_t ServerSession::letter_rate() const { return impl_->context.letter_rate; }
bool ServerSession::resets() const { return impl_->context.resets(); }
bool ServerSession::in_data() const { return impl_->in_data(); }
std::size_t ServerSession::letters() const { return impl_->context.counters.letters; }
std::uint64_t ServerSession::letter_bytes_read() const { return impl_->context.counters.letter_bytes; }
const ServerPeer& ServerSession::peer() const { return impl_->context.peer; }
std::string_view ServerSession::transcript() const { return impl_->context.transcript.text(); }
const std::vector<std::string>& ServerSession::warnings() const { return impl_->context.warnings(); }

}  // namespace gatepost::smtp
