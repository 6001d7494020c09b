// What comes from outside, and when the session is at its end.
#include "gatepost/smtp/server/session_impl.hpp"

#include <utility>

namespace gatepost::smtp {

namespace {
constexpr std::size_t max_waiting_input = 1 << 20;  // a driver does not even read while a reply is held back
}

ServerSession::Impl::Impl(const ServerOptions& options, ServerHandler& handler, ServerPeer peer, Admission admission)
    : context(options, handler, std::move(peer)), proxy_preamble(context, std::move(admission)) {
  if (context.peer.speaks_proxy) {
    input_owner = InputOwner::proxy;
  } else {
    begin();
  }
  settle();
}

void ServerSession::Impl::begin() {
  input_owner = context.options.implicit_tls ? InputOwner::tls : InputOwner::command;
  if (input_owner == InputOwner::command) greet();
}

void ServerSession::Impl::greet() {
  turn.greets();
  greeting.greet();
}

ServerSession::Need ServerSession::Impl::need() const {
  if (context.is_closed()) return Need::closed;
  if (input_owner == InputOwner::tls) return Need::start_tls;
  if (letter_end.is_deciding()) return Need::decision;
  return context.replies.is_holding() ? Need::wait : Need::read;
}

bool ServerSession::Impl::can_serve() const { return need() == Need::read; }

bool ServerSession::Impl::in_data() const {
  return !context.is_closed() && (is_reading_letter() || transaction.chunked);
}

void ServerSession::Impl::receive(std::string_view bytes) {
  if (context.is_closed() || bytes.empty()) return;
  if (input_owner == InputOwner::tls) return tls_failed("plain text where the TLS handshake begins", true);
  if (turn.is_greeting()) turn.refuse_early_talk();
  if (context.is_closed()) return settle();
  if (can_serve() && input.empty()) {
    serve(bytes);
    if (!context.is_closed()) input.append(bytes);
  } else if (!can_serve() && input.size() + bytes.size() > max_waiting_input) {
    context.close_with_421("4.7.0", "Too much input while waiting", "too much input while waiting");
  } else {
    input.append(bytes);
    serve_input();
  }
  settle();
}

void ServerSession::Impl::consume(std::size_t bytes) {
  context.said(bytes);
  if (context.replies.output().empty() && !context.replies.is_holding() && !letter_end.is_deciding()) {
    turn.passes_to_client();
  }
}

void ServerSession::Impl::tls_established(TlsFacts facts) {
  if (need() != Need::start_tls) return;
  input_owner = InputOwner::command;
  tls_input = std::string();
  input.clear();
  lines.clear();
  start_tls.established(std::move(facts));
  if (context.options.implicit_tls) greet();
  settle();
}

void ServerSession::Impl::tls_failed(std::string_view reason, bool plain_text) {
  if (plain_text) start_tls.warn_of_plain_text();
  connection_lost(reason);
}

void ServerSession::Impl::resume() {
  if (!context.replies.is_holding()) return;
  context.release_replies();
  if (context.replies.is_holding()) return settle();
  if (input_owner == InputOwner::chunk) take_turn(InputOwner::chunk, chunk.resume());
  serve_input();
  settle();
}

void ServerSession::Impl::decide(const Verdict& verdict) {
  if (need() != Need::decision) return;
  letter_end.decide(verdict);
  serve_input();
  settle();
}

void ServerSession::Impl::timed_out() {
  if (context.is_closed()) return;
  if (input_owner == InputOwner::proxy || input_owner == InputOwner::tls) return connection_lost("timeout");
  context.close_with_421("4.4.2", "Error: timeout exceeded", "timeout");
  settle();
}

void ServerSession::Impl::shut_down() {
  if (context.is_closed()) return;
  if (input_owner == InputOwner::proxy || input_owner == InputOwner::tls) return connection_lost("shut down");
  shutting_down = true;
  settle();
}

void ServerSession::Impl::connection_lost(std::string_view reason) {
  context.close(reason);
  settle();
}

/// At the end of whatever came from outside.
void ServerSession::Impl::settle() {
  if (shutting_down && can_serve() && !is_reading_letter()) {
    context.close_with_421("4.3.2", "Service shutting down", "shut down");
  }
  if (context.is_closed()) {
    transaction.letter = std::string();
    login.abandon();
  }
  context.replies.publish();
}

}  // namespace gatepost::smtp
