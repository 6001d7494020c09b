#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gatepost/core/clock.hpp"
#include "gatepost/core/of_one_process.hpp"
#include "gatepost/core/result.hpp"
#include "gatepost/net/listener.hpp"
#include "gatepost/sink/access.hpp"
#include "gatepost/sink/inbox.hpp"
#include "gatepost/sink/rules.hpp"

namespace gatepost::sink {

struct SinkOptions {
  net::ListenOptions listen;
  Access::Users users;  ///< login -> password; empty: any login is accepted
  std::vector<Rule> rules;
  std::uint64_t seed = 1;
  std::size_t max_inbox_bytes = std::size_t{1} << 30;
  bool keep_transcripts = true;
  std::vector<std::string> allow;         ///< networks that may connect, others are told 554 5.7.1; empty: all
  std::vector<std::string> no_auth_from;  ///< networks that need not log in
  std::map<std::string, std::string, std::less<>> etrn_replies;  ///< by node; to others: 251
  net::ServerCertificate
      authority;  ///< that clients trust, with its key: it signs what faulty handshakes show; empty: one of its own
  bool decide_letters = false;  ///< each letter that the rules let pass waits for decide_letters()
};

/// What became of an undecided letter: "" accepts it, "discard" accepts it and keeps nothing, any other reply is given
/// as it is, and accepts where it is a 2xx.
struct LetterDecision {
  std::uint64_t id = 0;
  std::string reply;
};

/// An SMTP server that keeps what it receives and answers by rules. Runs on a thread of its own.
class Sink : public OfOneProcess {
 public:
  static Result<std::unique_ptr<Sink>, net::ListenError> start(SinkOptions options);
  virtual ~Sink() = default;  ///< closes
  virtual std::uint16_t port() const = 0;
  virtual Inbox& inbox() = 0;
  virtual RuleEngine& rules() = 0;
  virtual const Clock& clock() const = 0;
  /// Delays, greylists, windows and late bounces that end by this end at once.
  virtual void advance_clock(Duration by) = 0;
  virtual void add_user(std::string login, std::string password) = 0;
  /// Those over, as the inbox has them, and behind them those open now with what was said so far.
  virtual std::vector<SessionRecord> sessions() = 0;
  /// With `decide_letters`: blocks until letters wait that it has not shown yet, and returns them all; their ids are
  /// the decisions', not the inbox's. None when the time is over, `go_on` says no, or the sink is closed.
  virtual std::vector<LetterPtr> undecided(std::chrono::milliseconds timeout, const std::function<bool()>& go_on) = 0;
  /// Accepted letters come into the inbox now, and get its ids; all replies go out in one step. Ids that are gone are
  /// passed over. The error names a reply that is not valid; nothing is decided then.
  virtual Result<void, InputError> decide_letters(const std::vector<LetterDecision>& decisions) = 0;
  /// As net::Listener::reload.
  virtual Result<void, std::string> reload(net::ServerCertificate certificate,
                                           std::map<std::string, net::ServerCertificate> by_name) = 0;
  virtual void close() = 0;  ///< from any thread; the inbox stays readable
};

}  // namespace gatepost::sink
