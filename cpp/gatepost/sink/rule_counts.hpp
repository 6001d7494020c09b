#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <random>
#include <string>

#include "gatepost/core/clock.hpp"
#include "gatepost/sink/rule.hpp"

namespace gatepost::sink {

/// How often one rule fitted, by whom. Bounded: where there are too many values, all are forgotten.
class RuleCounts {
 public:
  /// The rule's condition holds: counts it, and tells whether it counts.
  bool fits(const Counting& counting, const Situation& situation, TimePoint now, std::mt19937_64& random);

  std::uint64_t count() const { return count_; }       ///< how often it fitted, of the value asked about last
  std::chrono::seconds wait() const { return wait_; }  ///< until that value would be within `over`, or no longer grey
  /// How often this was asked for the session before.
  std::uint64_t times_in_session(std::uint64_t session_id);

 private:
  bool is_over(const Counting& counting, const std::string& key, TimePoint now);
  bool is_grey(const Counting& counting, const Situation& situation, TimePoint now);

  std::uint64_t count_ = 0;
  std::chrono::seconds wait_{0};
  std::map<std::string, std::uint64_t> counts_;
  std::map<std::string, std::deque<TimePoint>> windows_;
  std::size_t in_windows_ = 0;
  std::map<std::string, TimePoint> first_seen_;  // greylist triples
  std::map<std::uint64_t, std::uint64_t> sessions_;
};

}  // namespace gatepost::sink
