#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/smtp/server/handler.hpp"
#include "gatepost/smtp/server/options.hpp"
#include "gatepost/smtp/server/reply_queue.hpp"
#include "gatepost/smtp/server/session_transcript.hpp"

namespace gatepost::smtp::server {

/// What ServerLimits bound, over a whole session.
struct SessionCounters {
  std::size_t errors = 0;
  std::size_t auth_failures = 0;
  std::size_t idle_commands = 0;  ///< since the last that furthered a letter
  std::size_t commands = 0;
  std::size_t letters = 0;  ///< MAILs that were accepted
  std::uint64_t letter_bytes = 0;
};

/// What survives an operation of a session: who the client is, what it broke, what was said; and the ways in which
/// every operation answers. Each operation has a class of its own in operations/.
class SessionContext {
 public:
  SessionContext(const ServerOptions& options, ServerHandler& handler, ServerPeer peer);
  SessionContext(const SessionContext&) = delete;
  SessionContext& operator=(const SessionContext&) = delete;

  const ServerOptions& options;
  ServerHandler& handler;
  ServerPeer peer;
  std::uint64_t letter_rate = 0;  ///< bytes a second; 0: no end
  bool said_hello = false;
  bool authenticated = false;
  SessionCounters counters;
  SessionTranscript transcript;
  ReplyQueue replies;

  /// Answers with what the handler decided, now or after its delay. True where the step goes on.
  bool answer(const Verdict& verdict, std::string_view ordinary);
  void reply(std::string_view text) { replies.write(text, false); }
  void refuse(std::string_view text) { replies.write(text, true); }  ///< not the client's fault
  void error(std::string_view text);                                 ///< a refusal that counts as the client's fault
  void out_of_order(std::string_view text);                          ///< an error, with its warning
  /// Replies 530 where a login is wanted and has not been.
  bool needs_login();
  /// Each kind once.
  void warn(std::string_view kind);
  const std::vector<std::string>& warnings() const { return warnings_; }

  bool is_closed() const { return closed_; }
  void close(std::string_view reason);
  void close_with(std::string_view text, std::string_view reason);
  /// Replies "421 `enhanced_code` host name `words`" (RFC 5321 §4.2.3), then closes.
  void close_with_421(std::string_view enhanced_code, std::string_view words, std::string_view reason);
  /// Closes as soon as no reply is held back any more.
  void close_when_said(std::string_view reason);
  /// Closes where the client has made too many errors.
  void enforce_limits();
  /// The delay is over: says what was held back, and closes if that is due.
  void release_replies();
  /// So many bytes of the replies are written.
  void said(std::size_t bytes);
  /// Where a verdict closes the session: abruptly.
  void resets_when_closed(bool abruptly) { resets_ = resets_ || abruptly; }
  /// Closed, and abruptly.
  bool resets() const { return closed_ && resets_; }

  /// As it was before the client's first word; what the limits count stays.
  void forget_client();

 private:
  bool closed_ = false;
  bool closes_when_said_ = false;
  bool resets_ = false;
  std::vector<std::string> warnings_;
};

}  // namespace gatepost::smtp::server
