#include "gatepost/sink/rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gatepost/mime/parse/parse.hpp"
#include "gatepost/sink/glob.hpp"

namespace gatepost::sink {

using codes::Phase;
using smtp::Verdict;

namespace {

constexpr std::size_t most_triples = 100'000;

bool to_matches(const Rule& rule, const RuleEngine::Situation& situation) {
  if (rule.to == "*") return true;
  switch (rule.phase) {
    case Phase::rcpt:
      return glob_match(rule.to, situation.to);
    case Phase::data:
    case Phase::final_:
      return situation.recipients != nullptr &&
             std::any_of(situation.recipients->begin(), situation.recipients->end(),
                         [&](const std::string& address) { return glob_match(rule.to, address); });
    default:
      return true;
  }
}

/// "Message-Id, Date": those of the rule's headers that the letter lacks.
std::string missing(const Rule& rule, std::string_view letter) {
  std::string names;
  for (const auto& name : rule.missing_headers) {
    if (mime::raw_header(letter, name).empty()) names += (names.empty() ? "" : ", ") + name;
  }
  return names;
}

Verdict verdict_of(const Rule& rule) {
  auto action = Verdict::Action::accept;
  if (rule.close) {
    action = Verdict::Action::close;
  } else if (rule.discard) {
    action = Verdict::Action::discard;
  } else if (!rule.reply.empty() && rule.reply[0] >= '4') {
    action = Verdict::Action::refuse;
  }
  return {action, rule.reply, rule.delay};
}

}  // namespace

std::optional<RuleEngine::Decision> RuleEngine::decide(const Situation& situation) {
  const std::lock_guard lock(mutex_);
  for (auto& entry : entries_) {
    const auto& rule = entry.rule;
    if (rule.phase != situation.phase) continue;
    if (!glob_match(rule.from, situation.from) || !glob_match(rule.user, situation.user)) continue;
    if (!to_matches(rule, situation)) continue;
    std::string lacks;
    if (!rule.missing_headers.empty()) {
      lacks = missing(rule, situation.data);
      if (lacks.empty()) continue;
    }
    ++entry.matches;
    if (rule.nth != 0 && entry.matches != rule.nth) continue;
    if (rule.times != 0 && entry.matches > rule.times) continue;
    if (rule.odds < 1.0 && std::uniform_real_distribution<double>(0.0, 1.0)(random_) >= rule.odds) continue;
    if (rule.greylist.count() > 0 && !still_grey(entry, situation)) continue;

    Decision decision{verdict_of(rule), {}};
    if (rule.greylist.count() > 0 && decision.verdict.action == Verdict::Action::accept) {
      decision.verdict.action = Verdict::Action::refuse;
      decision.verdict.reply = fmt::format("451 4.7.1 Greylisted, try again in {} seconds", rule.greylist.count());
    }
    if (!lacks.empty()) {
      decision.why = "missing " + lacks;
    } else if (rule.phase == Phase::rcpt) {
      decision.why = std::string(situation.to);
    } else {
      decision.why = fmt::format("rule {}", entry.id);
    }
    return decision;
  }
  return std::nullopt;
}

bool RuleEngine::still_grey(Entry& entry, const Situation& situation) {
  const auto now = clock_->now();
  auto triple = fmt::format("{}\n{}\n{}", situation.client, situation.from, situation.to);
  const auto known = entry.first_seen.find(triple);
  if (known != entry.first_seen.end()) return now - known->second < entry.rule.greylist;
  if (entry.first_seen.size() >= most_triples) entry.first_seen.clear();
  entry.first_seen.emplace(std::move(triple), now);
  return true;
}

std::uint64_t RuleEngine::add(Rule rule) {
  const std::lock_guard lock(mutex_);
  entries_.push_back({next_id_, std::move(rule), 0, {}});
  return next_id_++;
}

bool RuleEngine::remove(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  return std::erase_if(entries_, [id](const Entry& entry) { return entry.id == id; }) > 0;
}

void RuleEngine::clear() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
}

}  // namespace gatepost::sink
