#include "gatepost/net/server_connection.hpp"

namespace gatepost::net {

using smtp::ServerSession;

ServerConnection::ServerConnection(const Executor& executor, std::shared_ptr<const ServerContext> context,
                                   smtp::ServerPeer peer)
    : SessionDriver(executor),
      context_(std::move(context)),
      session_(context_->options.session, context_->handler, std::move(peer)),
      pause_timer_(executor) {}

void ServerConnection::start(Socket socket, OnOver on_over) {
  on_over_ = std::move(on_over);
  stream().adopt(std::move(socket));
  step();
}

void ServerConnection::drop() {
  on_over_ = nullptr;
  lose("the server was closed");
}

void ServerConnection::output_written(std::size_t bytes) {
  session_.consume_output(bytes);
  answered_ = true;
  output_begun_ = false;
}

SessionDriver<ServerConnection>::Next ServerConnection::next() {
  switch (session_.need()) {
    case ServerSession::Need::read: {
      // One deadline for a whole command and one for a whole letter: bytes that drip in do not move it.
      const bool letter = session_.in_data();
      if (answered_ || letter != letter_coming_) {
        arm(letter ? context_->options.letter_deadline : context_->options.command_deadline);
      }
      letter_coming_ = letter;
      answered_ = false;
      return Next::read;
    }
    case ServerSession::Need::start_tls:
      return Next::start_tls;
    case ServerSession::Need::wait:
      pause();
      return Next::pause;
    case ServerSession::Need::decision:
      disarm();
      return Next::pause;
    case ServerSession::Need::closed:
      break;
  }
  return Next::close_gently;
}

void ServerConnection::write_blocked() {
  // The first blocked write sets it; a peer that takes a byte now and then does not move it.
  if (!std::exchange(output_begun_, true)) arm(context_->options.write_deadline);
}

void ServerConnection::start_handshake() {
  arm(context_->options.command_deadline);
  handshaking_ = true;
  auto& tls = stream().start_tls(*context_->tls);
  tls.async_handshake(
      boost::asio::ssl::stream_base::server,
      [self = shared_from_this()](const boost::system::error_code& error) { self->handshake_over(error); });
}

void ServerConnection::handshake_over(const boost::system::error_code& error) {
  if (closed()) return;
  handshaking_ = false;
  if (error) return lose("TLS: " + error.message());
  session_.tls_established(tls_facts(stream().tls().native_handle()));
  answered_ = true;
  step();
}

void ServerConnection::expired() {
  if (handshaking_) return lose("timeout in the TLS handshake");
  if (writing()) return lose("timeout: the client does not read");
  session_.timed_out();
  step();
}

void ServerConnection::pause() {
  disarm();
  pause_timer_.expires_after(session_.wait_for());
  pause_timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (error || self->closed()) return;
    self->session_.resume();
    self->answered_ = true;
    self->step();
  });
}

void ServerConnection::over() {
  pause_timer_.cancel();
  if (const auto on_over = std::exchange(on_over_, nullptr)) on_over(session_.peer().session_id);
}

}  // namespace gatepost::net
