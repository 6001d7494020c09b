#include "gatepost/smtp/server/session_context.hpp"

#include <algorithm>
#include <utility>

#include "gatepost/smtp/server/verdict_reply.hpp"

namespace gatepost::smtp::server {

namespace {
constexpr std::string_view closed_by_rule = "closed by rule";
}

SessionContext::SessionContext(const ServerOptions& session_options, ServerHandler& session_handler,
                               ServerPeer session_peer)
    : options(session_options),
      handler(session_handler),
      peer(std::move(session_peer)),
      transcript(options.limits.transcript_bytes),
      replies(transcript, options.extensions.enhanced_status_codes) {}

bool SessionContext::answer(const Verdict& verdict, std::string_view ordinary) {
  const auto judged = reply_of(verdict, ordinary);
  const auto& mischief = verdict.mischief;
  replies.hold(verdict.delay);
  replies.write_when_due(judged.text, !judged.accepted, {mischief.dribble, mischief.half});
  if (mischief.letter_rate > 0) letter_rate = mischief.letter_rate;
  resets_when_closed(mischief.reset);
  const bool closes = judged.closes || mischief.half;
  if (closes) close_when_said(closed_by_rule);
  return judged.accepted && !closes;
}

void SessionContext::error(std::string_view text) {
  refuse(text);
  ++counters.errors;
  enforce_limits();
}

void SessionContext::out_of_order(std::string_view text) {
  warn("commands out of order");
  error(text);
}

bool SessionContext::needs_login() {
  if (!options.require_auth || authenticated || handler.needs_no_auth(peer)) return false;
  error("530 5.7.0 Authentication required");
  return true;
}

void SessionContext::warn(std::string_view kind) {
  if (warnings_.size() >= options.limits.warnings) return;
  if (std::find(warnings_.begin(), warnings_.end(), kind) == warnings_.end()) warnings_.emplace_back(kind);
}

void SessionContext::close(std::string_view reason) {
  if (std::exchange(closed_, true)) return;
  replies.drop();
  handler.on_closed(peer, transcript.text(), reason, warnings_);
}

void SessionContext::close_with(std::string_view text, std::string_view reason) {
  refuse(text);
  close(reason);
}

void SessionContext::close_with_421(std::string_view enhanced_code, std::string_view words, std::string_view reason) {
  std::string text("421 ");
  text.append(enhanced_code).append(" ").append(options.host_name).append(" ").append(words);
  close_with(text, reason);
}

void SessionContext::close_when_said(std::string_view reason) {
  if (replies.is_holding()) {
    closes_when_said_ = true;
  } else {
    close(reason);
  }
}

void SessionContext::enforce_limits() {
  if (replies.is_holding() || closed_) return;
  if (counters.errors >= options.limits.errors) return close_with_421("4.7.0", "Too many errors", "too many errors");
  if (counters.auth_failures > 0 && counters.auth_failures >= options.limits.auth_failures) {
    close_with_421("4.7.0", "Too many failed logins", "too many failed logins");
  }
}

void SessionContext::said(std::size_t bytes) {
  replies.consume(bytes);
  if (closes_when_said_ && !replies.is_holding()) close(closed_by_rule);
}

void SessionContext::release_replies() {
  replies.release();
  if (replies.is_holding()) return;
  if (closes_when_said_) {
    close(closed_by_rule);
  } else {
    enforce_limits();
  }
}

void SessionContext::forget_client() {
  transcript.start_over();
  peer.helo.clear();
  peer.user.clear();
  peer.mechanism.clear();
  peer.esmtp = said_hello = authenticated = false;
}

}  // namespace gatepost::smtp::server
