#include "gatepost/sink/rule_counts.hpp"

#include <fmt/format.h>

namespace gatepost::sink {

namespace {

constexpr std::size_t most_values = 100'000;

std::string key_of(const Counting& counting, const Situation& situation) {
  std::string key;
  for (const auto subject : counting.per) {
    for (const auto& value : values_of(subject, situation)) key.append(value).push_back('\n');
  }
  return key;
}

template <class Map>
void bound(Map& map) {
  if (map.size() >= most_values) map.clear();
}

}  // namespace

bool RuleCounts::fits(const Counting& counting, const Situation& situation, TimePoint now, std::mt19937_64& random) {
  const auto key = key_of(counting, situation);
  bound(counts_);
  count_ = ++counts_[key];
  wait_ = std::chrono::seconds(0);
  if (counting.nth != 0 && count_ != counting.nth) return false;
  if (counting.times != 0 && count_ > counting.times) return false;
  if (counting.over != 0 && !is_over(counting, key, now)) return false;
  if (counting.odds < 1.0 && std::uniform_real_distribution<double>(0.0, 1.0)(random) >= counting.odds) return false;
  return counting.greylist.count() == 0 || is_grey(counting, situation, now);
}

/// What is beyond the limit is refused, so it does not count towards it.
bool RuleCounts::is_over(const Counting& counting, const std::string& key, TimePoint now) {
  if (in_windows_ >= most_values) {
    windows_.clear();
    in_windows_ = 0;
  }
  auto& window = windows_[key];
  while (!window.empty() && window.front() <= now - counting.within) {
    window.pop_front();
    --in_windows_;
  }
  if (window.size() < counting.over) {
    window.push_back(now);
    ++in_windows_;
    return false;
  }
  wait_ = std::chrono::ceil<std::chrono::seconds>(window.front() + counting.within - now);
  return true;
}

bool RuleCounts::is_grey(const Counting& counting, const Situation& situation, TimePoint now) {
  auto triple = fmt::format("{}\n{}\n{}", situation.client, situation.from, situation.to);
  bound(first_seen_);
  const auto age = now - first_seen_.try_emplace(std::move(triple), now).first->second;
  wait_ = std::chrono::ceil<std::chrono::seconds>(counting.greylist - age);
  return age < counting.greylist;
}

std::uint64_t RuleCounts::times_in_session(std::uint64_t session_id) {
  bound(sessions_);
  return sessions_[session_id]++;
}

}  // namespace gatepost::sink
