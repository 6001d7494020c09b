#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "gatepost/core/clock.hpp"
#include "gatepost/sink/gate_state.hpp"
#include "gatepost/sink/rule.hpp"
#include "gatepost/sink/rule_counts.hpp"
#include "gatepost/sink/situation.hpp"

namespace gatepost::sink {

/// A message that is to come back for an accepted recipient.
struct BounceOrder {
  std::string reply;
  std::chrono::seconds after{0};
};

/// Decides by rules, in their order; none that holds: the profile's default. Safe from any thread.
class RuleEngine {
 public:
  RuleEngine(std::shared_ptr<const Clock> clock, std::uint64_t seed) : clock_(std::move(clock)), random_(seed) {}

  struct Decision {
    smtp::Verdict verdict;
    std::string why;                 ///< discard: "test@test.ru" (rcpt), "missing Message-Id" or the rule, for people
    std::vector<std::string> rules;  ///< that had a say, by name; the last one decided
    smtp::TlsFault tls_fault = smtp::TlsFault::none;
    std::optional<BounceOrder> bounce;
  };
  std::optional<Decision> decide(const Situation& situation);

  std::uint64_t add(Rule rule);  ///< behind the others; returns its id
  bool remove(std::uint64_t id);
  void clear();

  struct Entry {
    std::uint64_t id = 0;
    Rule rule;
    std::uint64_t hits = 0;  ///< how often it decided, or had a say
  };
  std::vector<Entry> entries() const;
  std::optional<std::uint64_t> hits(std::uint64_t id) const;  ///< nullopt: no such rule

  GateState state() const;  ///< as it is now
  void set_number(const std::string& name, double value);
  void set_list(const std::string& name, const std::vector<std::string>& values);

 private:
  struct Counted {
    Entry entry;
    RuleCounts counts;
  };
  void act(Counted& counted, const Situation& situation, Decision& decision);
  void change_state(const Rule& rule, const Situation& situation);

  mutable std::mutex mutex_;
  std::vector<Counted> entries_;
  std::uint64_t next_id_ = 1;
  GateState state_;
  std::shared_ptr<const Clock> clock_;
  std::mt19937_64 random_;
};

}  // namespace gatepost::sink
