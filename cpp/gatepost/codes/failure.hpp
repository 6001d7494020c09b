#pragma once
#include <optional>
#include <string>

#include "gatepost/codes/category.hpp"
#include "gatepost/codes/phase.hpp"
#include "gatepost/codes/reply.hpp"

namespace gatepost::codes {

/// What a failure speaks of: the whole session, the server, this letter, or one recipient.
enum class Scope : unsigned char { session, site, message, recipient };
std::string_view to_string(Scope scope);

/// The one description of anything that went wrong, whether the server or we noticed it.
struct Failure {
  Phase phase = Phase::local;
  int code = 0;  ///< 0 where no server spoke
  std::optional<EnhancedCode> enhanced;
  std::string server_text;  ///< the server's words, nothing of ours; empty where no server spoke
  std::string message;      ///< our words; empty where the server's say it all
  Category category = Category::unknown_permanent;
  Permanence permanence = Permanence::permanent;
  Scope scope = Scope::message;
  RetryVerdict retry = RetryVerdict::never;
  int retry_after_seconds = 0;     ///< from the server's text where it names a time, else the rule's or the category's
  bool retry_after_named = false;  ///< the server named that time
  SuppressScope suppress = SuppressScope::none;
  PauseScope pause = PauseScope::none;
  bool maybe_delivered = false;  ///< the final dot went out and no reply came: the letter may have been accepted
  bool timed_out = false;        ///< a deadline passed, ours or the system's; never guessed from words
  int system_error = 0;          ///< errno where the system gave one (ECONNREFUSED ...), else 0
  std::string provider;          ///< whose table matched, or empty
  std::string rule_id;           ///< which rule decided
  std::string evidence;          ///< the words or code that made it match

  bool permanent() const { return permanence == Permanence::permanent; }
  /// "rcpt: 550 5.1.1 No such user (recipient_unknown: ...)": phase, the server's words, category and what to do.
  std::string describe() const;
};

/// The phase that a pasted reply most likely belongs to, for callers who do not know it.
Phase guess_phase(const Reply& reply);

/// Classifies a server's refusal. `provider` is "yandex", "gmail", ... or empty (found from the text where it says so).
Failure classify(const Reply& reply, Phase phase, std::string_view provider = {});

/// A failure that we noticed ourselves, with the category's own verdicts.
Failure local_failure(Category category, Phase phase, std::string message);

}  // namespace gatepost::codes
