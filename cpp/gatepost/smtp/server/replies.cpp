// What is said, when, and when it is over.
#include <algorithm>
#include <utility>

#include "gatepost/smtp/server/reply_texts.hpp"
#include "gatepost/smtp/server/reply_writer.hpp"
#include "gatepost/smtp/server/session_impl.hpp"

namespace gatepost::smtp {

ServerSession::Impl::Judged ServerSession::Impl::judge(const Verdict& verdict, std::string_view ordinary) {
  using Action = Verdict::Action;
  const std::string_view own = verdict.reply;
  switch (verdict.action) {
    case Action::accept:
      if (own.empty()) return {true, false, ordinary};
      return {own[0] == ordinary[0], own.starts_with("421"), own};
    case Action::discard:
      return {true, false, ordinary};
    case Action::refuse:
      return {false, own.starts_with("421"), own.empty() ? "550 5.7.1 Refused" : own};
    case Action::close:
      return {false, true, own};
    case Action::later:
      break;
  }
  return {false, false, no_decision_reply};
}

/// Answers with what the handler decided, now or after its delay. True where the step goes on.
bool ServerSession::Impl::answer(const Verdict& verdict, std::string_view ordinary) {
  const auto judged = judge(verdict, ordinary);
  hold(verdict.delay);
  say(judged.text, !judged.accepted);
  if (judged.closes) close_when_said("closed by rule");
  return judged.accepted;
}

void ServerSession::Impl::hold(std::chrono::milliseconds time) {
  if (time.count() <= 0 || waiting) return;
  waiting = true;
  delay = time;
}

void ServerSession::Impl::say(std::string_view text, bool refused) {
  if (text.empty()) return;
  if (waiting) {
    held.push_back({std::string(text), refused});
  } else {
    reply(text, refused);
  }
}

void ServerSession::Impl::resume() {
  if (!waiting) return;
  waiting = false;
  for (const auto& late : std::exchange(held, {})) reply(late.text, late.refused);
  if (closes_when_said) {
    close("closed by rule");
  } else {
    enforce_limits();
    end_chunk_if_read();
    serve_input();
  }
  settle();
}

void ServerSession::Impl::reply(std::string_view text, bool refused) {
  const auto from = staged.size();
  append_reply(staged, text, refused, options.extensions.enhanced_status_codes);
  if (!keep_transcript) return;
  for (auto rest = std::string_view(staged).substr(from); !rest.empty();) {
    const auto end = rest.find("\r\n");
    session_log.server(rest.substr(0, end));
    if (mail.begun) letter_log.server(rest.substr(0, end));
    rest.remove_prefix(end + 2);
  }
}

void ServerSession::Impl::error(std::string_view text) {
  reply(text, true);
  ++errors;
  enforce_limits();
}

void ServerSession::Impl::out_of_order(std::string_view text) {
  warn("commands out of order");
  error(text);
}

void ServerSession::Impl::enforce_limits() {
  if (waiting || state == State::closed) return;
  if (errors >= options.limits.errors) return farewell("421 4.7.0", "Too many errors", "too many errors");
  if (auth_failures > 0 && auth_failures >= options.limits.auth_failures) {
    farewell("421 4.7.0", "Too many failed logins", "too many failed logins");
  }
}

void ServerSession::Impl::warn(std::string_view kind) {
  if (warnings.size() >= options.limits.warnings) return;
  if (std::find(warnings.begin(), warnings.end(), kind) == warnings.end()) warnings.emplace_back(kind);
}

void ServerSession::Impl::close_when_said(std::string_view reason) {
  if (waiting) {
    closes_when_said = true;
  } else {
    close(reason);
  }
}

void ServerSession::Impl::close(std::string_view reason) {
  if (state == State::closed) return;
  state = State::closed;
  waiting = deciding = tls_wanted = false;
  letter = std::string();
  sasl.reset();
  handler.on_closed(peer, session_log.text(), reason, warnings);
}

void ServerSession::Impl::close_with(std::string_view text, std::string_view reason) {
  reply(text, true);
  close(reason);
}

/// A reply that begins with the server's name, as RFC 5321 §4.2.3 has them for 421.
void ServerSession::Impl::farewell(std::string_view code, std::string_view words, std::string_view reason) {
  std::string text(code);
  text.append(" ").append(options.host_name).append(" ").append(words);
  close_with(text, reason);
}

void ServerSession::Impl::publish() {
  if (out_at != outbox.size()) return;
  outbox.clear();
  out_at = 0;
  outbox.swap(staged);
}

void ServerSession::Impl::consume(std::size_t bytes) {
  out_at = std::min(out_at + bytes, outbox.size());
  publish();
  if (out_at == outbox.size() && !waiting && !deciding) awaited = Awaited::nothing;
}

void ServerSession::Impl::log_client(std::string_view line) {
  if (!keep_transcript) return;
  session_log.client(line);
  letter_log.client(line);
}

}  // namespace gatepost::smtp
