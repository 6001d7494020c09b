// To whom the input goes.
#include <algorithm>
#include <utility>

#include "gatepost/core/ascii.hpp"
#include "gatepost/smtp/server/session_impl.hpp"

namespace gatepost::smtp {

namespace {

constexpr std::size_t max_auth_line = 12288;  // RFC 4954 §4

}  // namespace

void ServerSession::Impl::serve_input() {
  auto rest = input.view();
  serve(rest);
  input.keep_last(rest.size());
}

// Everything that is there, so that pipelined commands are answered in one write (RFC 2920).
void ServerSession::Impl::serve(std::string_view& bytes) {
  while (can_serve() && !bytes.empty()) {
    if (!turn.is_clients()) {
      turn.refuse_early_talk();
      if (context.is_closed()) return;
    }
    switch (input_owner) {
      case InputOwner::proxy:
        read_proxy_header(bytes);
        break;
      case InputOwner::data:
        take_turn(InputOwner::data, data.read(bytes));
        break;
      case InputOwner::chunk:
        take_turn(InputOwner::chunk, chunk.read(bytes));
        break;
      default:
        if (shutting_down || !read_line(bytes)) return;
    }
  }
}

void ServerSession::Impl::take_turn(InputOwner operation, server::Continuation continuation) {
  input_owner = continuation == server::Continuation::goes_on ? operation : InputOwner::command;
}

void ServerSession::Impl::read_proxy_header(std::string_view& bytes) {
  if (proxy_preamble.read(bytes) == server::Continuation::goes_on || context.is_closed()) return;
  begin();
  if (input_owner == InputOwner::tls) tls_input = std::exchange(bytes, {});
}

/// False where the line's end is not there yet.
bool ServerSession::Impl::read_line(std::string_view& bytes) {
  const auto& options = context.options;
  const bool auth = input_owner == InputOwner::login || equal_ignoring_case(bytes.substr(0, 5), "AUTH ");
  const auto limit = options.limits.line_bytes;
  const auto line = lines.read(bytes, auth ? std::max(max_auth_line, limit) : limit);
  if (!line) return false;
  if (++context.counters.commands > options.limits.commands && options.limits.commands > 0) {
    context.close_with_421("4.7.0", "Too many commands in one session", "too many commands");
    return true;
  }
  if (line->too_long) context.warn("a line over the limit");
  if (line->bare && !line->too_long) context.warn("a command line that ends with LF alone");
  if (!line->too_long && (!line->bare || options.leniency.bare_lf_commands)) {
    handle_line(line->text, !bytes.empty());
    return true;
  }
  const bool in_login = std::exchange(input_owner, InputOwner::command) == InputOwner::login;
  if (in_login) login.abandon();
  if (!line->too_long) {
    context.error("500 5.5.2 A command line ends with CRLF");
  } else {
    context.error(in_login ? "500 5.5.6 Authentication exchange line is too long" : "500 5.5.2 Line too long");
  }
  return true;
}

void ServerSession::Impl::handle_line(std::string_view line, bool more_behind) {
  if (input_owner == InputOwner::login) {
    context.transcript.auth_line(line);
    turn.replies_to(Verb::auth);
    return take_turn(InputOwner::login, login.read_line(line));
  }
  const bool clean = std::none_of(line.begin(), line.end(), is_control);
  const auto command = clean ? parse_command(line) : CommandLine{};
  context.transcript.command(command, line, clean);
  if (!clean) {
    context.warn("control characters in a command");
    return context.error("500 5.5.2 Control characters in a command");
  }
  const bool pipelines = context.peer.esmtp && context.options.extensions.pipelining;
  const bool grouped = pipelines && !must_be_last(command.verb);
  on_command(command, more_behind);
  if (!grouped && turn.is_clients() && input_owner != InputOwner::chunk) turn.replies_to(command.verb);
}

}  // namespace gatepost::smtp
