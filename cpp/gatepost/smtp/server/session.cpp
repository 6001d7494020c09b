// Bytes and lines: who may talk now, and to whom it goes.
#include <algorithm>
#include <utility>

#include "gatepost/core/ids.hpp"
#include "gatepost/smtp/server/command_mask.hpp"
#include "gatepost/smtp/server/session_impl.hpp"

namespace gatepost::smtp {

namespace {

constexpr std::size_t max_auth_line = 12288;        // RFC 4954 §4
constexpr std::size_t max_waiting_input = 1 << 20;  // a driver does not even read while a reply is held back

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

}  // namespace

ServerSession::Impl::Impl(const ServerOptions& session_options, ServerHandler& session_handler, ServerPeer session_peer,
                          Admission ask_admission)
    : options(session_options),
      handler(session_handler),
      peer(std::move(session_peer)),
      admission(std::move(ask_admission)),
      keep_transcript(options.limits.transcript_bytes > 0),
      session_log(options.limits.transcript_bytes),
      letter_log(options.limits.transcript_bytes) {
  if (peer.speaks_proxy) {
    state = State::proxy;
  } else {
    begin();
  }
}

void ServerSession::Impl::begin() {
  state = State::command;
  tls_wanted = options.implicit_tls;
  if (!tls_wanted) greet();
}

void ServerSession::Impl::greet() {
  awaited = Awaited::greeting;
  const auto* const greeting = options.lmtp ? " LMTP gatepost" : " ESMTP gatepost";
  if (!answer(handler.on_connect(peer), "220 " + options.host_name + greeting)) close_when_said("refused");
  publish();
}

void ServerSession::Impl::receive(std::string_view bytes) {
  if (state == State::closed || bytes.empty()) return;
  if (tls_wanted) {
    warn_of_plain_text();
    return close("plain text where the TLS handshake begins");
  }
  if (awaited == Awaited::greeting) talked_too_early();
  if (state == State::closed) return publish();
  if (can_serve() && input.empty()) {
    serve(bytes);
    if (state != State::closed) input.append(bytes);
  } else if (!can_serve() && input.size() + bytes.size() > max_waiting_input) {
    farewell("421 4.7.0", "Too much input while waiting", "too much input while waiting");
  } else {
    input.append(bytes);
    serve_input();
  }
  settle();
}

void ServerSession::Impl::serve_input() {
  auto rest = input.view();
  serve(rest);
  input.keep_last(rest.size());
}

// Everything that is there, so that pipelined commands are answered in one write (RFC 2920).
void ServerSession::Impl::serve(std::string_view& bytes) {
  while (can_serve() && !bytes.empty()) {
    if (awaited != Awaited::nothing) {
      talked_too_early();
      if (state == State::closed) return;
    }
    switch (state) {
      case State::proxy:
        read_proxy_header(bytes);
        break;
      case State::data:
        read_data(bytes);
        break;
      case State::chunk:
        read_chunk(bytes);
        break;
      default:
        if (shutting_down) return;
        read_line(bytes);
        if (scanned > 0 || skipping_line) return;
    }
  }
}

void ServerSession::Impl::read_proxy_header(std::string_view& bytes) {
  switch (proxy_reader.read(bytes)) {
    case ProxyHeaderReader::Status::more:
      return;
    case ProxyHeaderReader::Status::bad:
      return close(proxy_reader.error());
    case ProxyHeaderReader::Status::done:
      break;
  }
  const auto& header = proxy_reader.header();
  if (!header.local) {
    peer.proxy = std::exchange(peer.address, header.source);
    peer.port = header.source_port;
    peer.may_xclient = false;  // what the proxy may, its clients may not
    const auto refusal = admission ? admission(peer) : std::string();
    if (!refusal.empty()) return options.implicit_tls ? close(refusal) : close_with(refusal, refusal);
  }
  begin();
  if (!tls_wanted) return;
  tls_input = bytes;
  bytes = {};
}

void ServerSession::Impl::read_line(std::string_view& bytes) {
  const bool auth = state == State::auth || equal_ignoring_case(bytes.substr(0, 5), "AUTH ");
  const auto limit = auth ? std::max(max_auth_line, options.limits.line_bytes) : options.limits.line_bytes;
  const auto end = bytes.find('\n', scanned);
  if (end == std::string_view::npos) {
    if (skipping_line || bytes.size() > limit + 1) {
      skipping_line = true;
      bytes = {};
    }
    scanned = bytes.size();
    return;
  }
  scanned = 0;
  auto line = bytes.substr(0, end);
  bytes.remove_prefix(end + 1);
  if (++commands > options.limits.commands && options.limits.commands > 0) {
    return farewell("421 4.7.0", "Too many commands in one session", "too many commands");
  }
  const bool bare = !line.ends_with('\r');
  if (!bare) line.remove_suffix(1);
  if (std::exchange(skipping_line, false) || line.size() > limit) {
    warn("a line over the limit");
    if (state != State::auth) return error("500 5.5.2 Line too long");
    end_auth();
    return error("500 5.5.6 Authentication exchange line is too long");
  }
  if (bare) {
    warn("a command line that ends with LF alone");
    if (!options.leniency.bare_lf_commands) {
      if (state == State::auth) end_auth();
      return error("500 5.5.2 A command line ends with CRLF");
    }
  }
  more_behind = !bytes.empty();
  handle_line(line);
}

void ServerSession::Impl::handle_line(std::string_view line) {
  if (state == State::auth) {
    log_client(line == "*" ? "*" : "****");
    awaited_verb = Verb::auth;
    awaited = Awaited::reply;
    return on_auth_line(line);
  }
  const bool clean = std::none_of(line.begin(), line.end(), is_control);
  const auto command = clean ? parse_command(line) : CommandLine{};
  log_command(command, line, clean);
  if (!clean) {
    warn("control characters in a command");
    return error("500 5.5.2 Control characters in a command");
  }
  const bool grouped = announces_pipelining() && !must_be_last(command.verb);
  awaited_verb = command.verb;
  on_command(command);
  if (!grouped && awaited == Awaited::nothing && state != State::chunk) awaited = Awaited::reply;
}

void ServerSession::Impl::log_command(const CommandLine& command, std::string_view line, bool clean) {
  if (!keep_transcript) return;
  if (!clean) return log_client("****");
  const auto shown = mask_command(command, line, behind_auth);
  behind_auth = shown.auth_goes_on || (behind_auth && command.verb == Verb::unknown);
  if (command.verb == Verb::mail) {
    if (handshake_log.empty()) handshake_log = session_log.text();
    letter_log.clear();
  }
  log_client(shown.text.empty() ? line : shown.text);
}

/// There is input although the client cannot have read what it had to wait for.
void ServerSession::Impl::talked_too_early() {
  const auto what = std::exchange(awaited, Awaited::nothing);
  if (what == Awaited::greeting) {
    warn("input before the greeting");
    if (options.leniency.early_talk) return;
    return close_with("554 5.5.0 SMTP protocol synchronization: input before the greeting",
                      "input before the greeting");
  }
  const auto verb = to_string(awaited_verb);
  const auto reason = "input behind " + std::string(verb.empty() ? "a command" : verb) + " before its reply";
  warn(reason);
  if (!options.leniency.bad_pipelining) close_with("554 5.5.0 SMTP protocol synchronization: " + reason, reason);
}

/// A command in a segment of its own behind STARTTLS is an injection that came late.
void ServerSession::Impl::warn_of_plain_text() {
  warn(options.implicit_tls ? "plain text where TLS begins" : "plain text behind STARTTLS");
}

/// At the end of whatever came from outside.
void ServerSession::Impl::settle() {
  if (shutting_down && can_serve() && state != State::data && state != State::chunk) {
    farewell("421 4.3.2", "Service shutting down", "shut down");
  }
  publish();
}

}  // namespace gatepost::smtp
