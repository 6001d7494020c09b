#include "gatepost/smtp/server/session.hpp"

#include <algorithm>
#include <utility>

#include "gatepost/core/ids.hpp"
#include "gatepost/smtp/server/reply_writer.hpp"
#include "gatepost/smtp/server/session_impl.hpp"

namespace gatepost::smtp {

namespace {

constexpr std::size_t max_auth_line = 12288;        // RFC 4954 §4
constexpr std::size_t max_waiting_input = 1 << 20;  // a driver does not even read while a reply is held back

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

}  // namespace

ServerSession::Impl::Impl(const ServerOptions& session_options, ServerHandler& session_handler, ServerPeer session_peer)
    : options(session_options),
      handler(&session_handler),
      peer(std::move(session_peer)),
      keep_transcript(options.limits.transcript_bytes > 0),
      session_log(options.limits.transcript_bytes),
      letter_log(options.limits.transcript_bytes) {
  tls_wanted = options.implicit_tls;
  if (!tls_wanted) greet();
}

void ServerSession::Impl::greet() {
  const auto verdict = handler->on_connect(peer);
  if (!decide(verdict, "220 " + options.host_name + " ESMTP gatepost")) {
    if (waiting) {
      delayed_close = true;
    } else {
      close("refused");
    }
  }
  publish();
}

void ServerSession::Impl::receive(std::string_view bytes) {
  if (state == State::closed) return;
  if (tls_wanted) return close("plain text where the TLS handshake begins");
  if (!waiting && input.empty()) {
    serve(bytes);
    if (state != State::closed) input.assign(bytes);
  } else {
    if (input.size() + bytes.size() > max_waiting_input) {
      close_with("421 4.7.0 " + options.host_name + " Too much input while waiting", "too much input while waiting");
    } else {
      input.append(bytes);
      std::string_view rest(input);
      serve(rest);
      input.erase(0, input.size() - rest.size());
    }
  }
  publish();
}

// Everything that is there, so that pipelined commands are answered in one write (RFC 2920).
void ServerSession::Impl::serve(std::string_view& bytes) {
  while (state != State::closed && !waiting && !tls_wanted && !bytes.empty()) {
    if (state == State::data) {
      decoder.read(bytes, letter);
      if (decoder.done()) end_letter();
      continue;
    }
    const bool auth = state != State::command || equal_ignoring_case(bytes.substr(0, 5), "AUTH ");
    const auto limit = auth ? std::max(max_auth_line, options.limits.line_bytes) : options.limits.line_bytes;
    const auto end = bytes.find('\n');
    if (end == std::string_view::npos) {
      if (skipping_line || bytes.size() > limit + 1) {
        skipping_line = true;
        bytes = {};
      }
      return;
    }
    auto line = bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (std::exchange(skipping_line, false) || line.size() > limit) {
      state = State::command;
      error("500 5.5.2 Line too long");
      continue;
    }
    handle_line(line, !bytes.empty());
  }
}

void ServerSession::Impl::resume() {
  if (!waiting) return;
  waiting = false;
  const auto text = std::exchange(delayed_reply, {});
  if (!text.empty()) reply(text, delayed_refusal);
  if (delayed_close) {
    close("closed by rule");
  } else {
    std::string_view rest(input);
    serve(rest);
    input.erase(0, input.size() - rest.size());
  }
  publish();
}

void ServerSession::Impl::handle_line(std::string_view line, bool more_behind) {
  if (state != State::command) {
    log_client("****");
    return on_auth_line(line);
  }
  const bool clean = std::none_of(line.begin(), line.end(), is_control);
  const auto command = clean ? parse_command(line) : CommandLine{};
  if (command.verb == Verb::auth) {
    const auto mechanism = command.arguments.substr(0, command.arguments.find(' '));
    log_client("AUTH " + std::string(mechanism) + (mechanism.size() < command.arguments.size() ? " ****" : ""));
    maybe_secret = true;
  } else if (command.verb == Verb::unknown && (maybe_secret || !clean)) {
    log_client("****");  // a client that goes on with its secrets although AUTH was refused
  } else {
    maybe_secret = false;
    if (command.verb == Verb::mail && keep_transcript) {
      if (handshake_log.empty()) handshake_log = session_log.text();
      letter_log.clear();
    }
    log_client(line);
  }
  if (!clean) return error("500 5.5.2 Control characters in a command");
  on_command(command, more_behind);
}

/// Answers with what the handler decided, now or after its delay. True where the step goes on.
bool ServerSession::Impl::decide(const Verdict& verdict, std::string_view ordinary) {
  using Action = Verdict::Action;
  const bool accepted =
      verdict.action == Action::discard ||
      (verdict.action == Action::accept && (verdict.reply.empty() || verdict.reply[0] == ordinary[0]));
  std::string_view text = verdict.reply;
  if (verdict.action == Action::discard || (verdict.action == Action::accept && text.empty())) text = ordinary;
  if (verdict.action == Action::refuse && text.empty()) text = "550 5.7.1 Refused";
  const bool closes = verdict.action == Action::close || text.starts_with("421");

  if (verdict.delay.count() > 0) {
    waiting = true;
    delay = verdict.delay;
    delayed_reply = text;
    delayed_refusal = !accepted;
    delayed_close = closes;
    return accepted;
  }
  if (!text.empty()) reply(text, !accepted);
  if (closes) close("closed by rule");
  return accepted;
}

void ServerSession::Impl::reply(std::string_view text, bool refused) {
  const auto from = staged.size();
  append_reply(staged, text, refused);
  if (!keep_transcript) return;
  for (auto rest = std::string_view(staged).substr(from); !rest.empty();) {
    const auto end = rest.find("\r\n");
    session_log.server(rest.substr(0, end));
    if (mail_begun) letter_log.server(rest.substr(0, end));
    rest.remove_prefix(end + 2);
  }
}

void ServerSession::Impl::error(std::string_view text) {
  reply(text, true);
  count_error();
}

void ServerSession::Impl::count_error() {
  if (++errors >= options.limits.errors)
    close_with("421 4.7.0 " + options.host_name + " Too many errors", "too many errors");
}

void ServerSession::Impl::close(std::string_view reason) {
  if (state == State::closed) return;
  state = State::closed;
  waiting = tls_wanted = false;
  letter = std::string();
  handler->on_closed(peer, session_log.text(), reason, {});
}

void ServerSession::Impl::close_with(std::string_view text, std::string_view reason) {
  reply(text, true);
  close(reason);
}

void ServerSession::Impl::publish() {
  if (out_at != outbox.size()) return;
  outbox.clear();
  out_at = 0;
  outbox.swap(staged);
}

void ServerSession::Impl::log_client(std::string_view line) {
  if (!keep_transcript) return;
  session_log.client(line);
  letter_log.client(line);
}

// The public face.

ServerSession::ServerSession(const ServerOptions& options, ServerHandler& handler, ServerPeer peer)
    : impl_(std::make_unique<Impl>(options, handler, std::move(peer))) {}
ServerSession::~ServerSession() = default;
ServerSession::ServerSession(ServerSession&&) noexcept = default;
ServerSession& ServerSession::operator=(ServerSession&&) noexcept = default;

ServerSession::Need ServerSession::need() const {
  if (impl_->state == Impl::State::closed) return Need::closed;
  if (impl_->tls_wanted) return Need::start_tls;
  return impl_->waiting ? Need::wait : Need::read;
}

std::string_view ServerSession::output() const { return std::string_view(impl_->outbox).substr(impl_->out_at); }

void ServerSession::consume_output(std::size_t bytes) {
  impl_->out_at = std::min(impl_->out_at + bytes, impl_->outbox.size());
  impl_->publish();
}

void ServerSession::receive(std::string_view bytes) { impl_->receive(bytes); }

void ServerSession::tls_established(TlsFacts facts) {
  auto& s = *impl_;
  if (s.state == Impl::State::closed || !s.tls_wanted) return;
  s.tls_wanted = false;
  if (s.keep_transcript) s.session_log.note("TLS: " + facts.version + " " + facts.cipher);
  s.reset_session();  // RFC 3207 §4.2: nothing learnt before TLS counts
  s.peer.tls = std::move(facts);
  if (s.options.implicit_tls) s.greet();
}

std::chrono::milliseconds ServerSession::wait_for() const {
  return impl_->waiting ? impl_->delay : std::chrono::milliseconds{0};
}
void ServerSession::resume() { impl_->resume(); }

void ServerSession::timed_out() {
  auto& s = *impl_;
  if (s.state == Impl::State::closed) return;
  s.close_with("421 4.4.2 " + s.options.host_name + " Error: timeout exceeded", "timeout");
  s.publish();
}

void ServerSession::connection_lost(std::string_view reason) { impl_->close(reason); }
bool ServerSession::in_data() const { return impl_->state == Impl::State::data; }
const ServerPeer& ServerSession::peer() const { return impl_->peer; }
std::string_view ServerSession::transcript() const { return impl_->session_log.text(); }

}  // namespace gatepost::smtp
