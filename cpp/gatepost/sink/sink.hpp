#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gatepost/core/clock.hpp"
#include "gatepost/core/result.hpp"
#include "gatepost/net/listener.hpp"
#include "gatepost/sink/inbox.hpp"
#include "gatepost/sink/rules.hpp"

namespace gatepost::sink {

struct SinkOptions {
  net::ListenOptions listen;
  std::map<std::string, std::string> users;  ///< login -> password; empty: any login is accepted
  std::vector<Rule> rules;
  std::uint64_t seed = 1;
  std::size_t max_inbox_bytes = std::size_t{1} << 30;
  bool keep_transcripts = true;
};

/// An SMTP server that keeps what it receives and answers by rules. Runs on a thread of its own.
class Sink {
 public:
  static Result<std::unique_ptr<Sink>, std::string> start(SinkOptions options);
  virtual ~Sink() = default;  ///< closes
  virtual std::uint16_t port() const = 0;
  virtual Inbox& inbox() = 0;
  virtual RuleEngine& rules() = 0;
  virtual ShiftedClock& clock() = 0;
  virtual void add_user(std::string login, std::string password) = 0;
  /// Those over, as the inbox has them, and behind them those open now with what was said so far.
  virtual std::vector<SessionRecord> sessions() = 0;
  virtual void close() = 0;  ///< from any thread; the inbox stays readable
};

}  // namespace gatepost::sink
