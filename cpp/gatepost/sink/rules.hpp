#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/codes/phase.hpp"
#include "gatepost/core/clock.hpp"
#include "gatepost/core/input_error.hpp"
#include "gatepost/core/result.hpp"
#include "gatepost/smtp/server/session.hpp"

namespace gatepost::sink {

/// One rule: where it matches, it decides. The first match in order wins; no match: the profile's default.
struct Rule {
  codes::Phase phase = codes::Phase::rcpt;  ///< connect, ehlo, auth, mail, rcpt, data or final
  std::string from = "*";                   ///< glob (* and ?) on MAIL FROM, case-blind
  std::string to = "*";                     ///< glob on the recipient (rcpt) or on any recipient (data, final)
  std::string user = "*";                   ///< glob on the login
  std::string reply{};                      ///< "452 4.2.2 Mailbox full"; empty: the ordinary one
  std::chrono::milliseconds delay{0};
  bool discard = false;     ///< accept, keep nothing (rcpt, final)
  bool close = false;       ///< close the connection after the reply, or without one
  std::uint32_t nth = 0;    ///< 0: every time; n: only the n-th match, counted from 1
  std::uint32_t times = 0;  ///< 0: no end; n: the first n matches
  double odds = 1.0;        ///< fires with this probability, from the engine's seed
  std::chrono::seconds greylist{
      0};  ///< refuse a (client, from, to) triple until this old on the sink's clock; rcpt only
  std::vector<std::string> missing_headers{};  ///< final only: matches where one of them is absent
};

/// Checks a rule: a phase that fits, a reply of the form "code text", sane numbers. The error names the field.
Result<Rule, InputError> check_rule(Rule rule);

/// What is wrong with a reply that a caller wrote ("code text", lines joined by "\n", no controls), or "".
std::string fault_of_reply(const std::string& reply);

/// Decides by rules. Safe from any thread.
class RuleEngine {
 public:
  RuleEngine(std::shared_ptr<const Clock> clock, std::uint64_t seed) : clock_(std::move(clock)), random_(seed) {}

  /// What is known where a rule is asked. Views live for the call only.
  struct Situation {
    codes::Phase phase;
    std::string_view client;
    std::string_view user;
    std::string_view from;
    std::string_view to;                           ///< rcpt: the address asked for
    const std::vector<std::string>* recipients{};  ///< data, final: all of them
    std::string_view data;                         ///< final: the letter
  };
  struct Decision {
    smtp::Verdict verdict;
    std::string why;  ///< discard: "test@test.ru" (rcpt), "missing Message-Id" or "rule 3", for people
  };
  std::optional<Decision> decide(const Situation& situation);

  std::uint64_t add(Rule rule);  ///< behind the others; returns its id
  bool remove(std::uint64_t id);
  void clear();

 private:
  struct Entry {
    std::uint64_t id;
    Rule rule;
    std::uint64_t matches = 0;
    std::map<std::string, TimePoint> first_seen;  // greylist triples, bounded
  };
  /// Whether this triple is too young yet; one not seen before is remembered.
  bool still_grey(Entry& entry, const Situation& situation);

  std::mutex mutex_;
  std::vector<Entry> entries_;
  std::uint64_t next_id_ = 1;
  std::shared_ptr<const Clock> clock_;
  std::mt19937_64 random_;
};

}  // namespace gatepost::sink
