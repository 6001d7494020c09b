#pragma once
#include <cstdint>

#include "gatepost/smtp/server/command_parser.hpp"
#include "gatepost/smtp/server/session_context.hpp"

namespace gatepost::smtp::server {

/// Whose turn it is to talk: what the client must have read before it may go on (RFC 5321 §4.3.1, RFC 2920 §3.1).
class Turn {
 public:
  explicit Turn(SessionContext& context) : context_(context) {}
  void greets() { awaited_ = Awaited::greeting; }
  /// The reply to `verb` must be read first.
  void replies_to(Verb verb);
  /// All that was said is written.
  void passes_to_client() { awaited_ = Awaited::nothing; }
  bool is_clients() const { return awaited_ == Awaited::nothing; }
  bool is_greeting() const { return awaited_ == Awaited::greeting; }
  /// There is input although it is not the client's turn: warns, and closes the session unless that is let pass.
  void refuse_early_talk();

 private:
  enum class Awaited : std::uint8_t { nothing, greeting, reply };

  SessionContext& context_;
  Awaited awaited_ = Awaited::nothing;
  Verb verb_ = Verb::unknown;
};

}  // namespace gatepost::smtp::server
