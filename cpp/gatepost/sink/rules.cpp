#include "gatepost/sink/rules.hpp"

#include <algorithm>

#include "gatepost/sink/reply_fields.hpp"

namespace gatepost::sink {

using codes::Phase;
using smtp::Verdict;

namespace {

Verdict::Action action_of(const Rule& rule, const std::string& reply) {
  if (rule.close) return Verdict::Action::close;
  if (rule.discard) return Verdict::Action::discard;
  return !reply.empty() && reply[0] >= '4' ? Verdict::Action::refuse : Verdict::Action::accept;
}

std::string name_of(const RuleEngine::Entry& entry) {
  return entry.rule.name.empty() ? "rule " + std::to_string(entry.id) : entry.rule.name;
}

std::string why(const RuleEngine::Entry& entry, const Situation& situation) {
  if (auto lacks = missing(entry.rule.when, situation); !lacks.empty()) return "missing " + lacks;
  return entry.rule.phase == Phase::rcpt ? std::string(situation.to) : name_of(entry);
}

}  // namespace

std::optional<RuleEngine::Decision> RuleEngine::decide(const Situation& situation) {
  const std::lock_guard lock(mutex_);
  std::optional<Decision> decision;
  for (auto& counted : entries_) {
    const auto& rule = counted.entry.rule;
    if (rule.phase != situation.phase) continue;
    const auto now = clock_->now();
    if (!holds(rule.when, {situation, state_, now})) continue;
    if (!counted.counts.fits(rule.counting, situation, now, random_)) continue;
    if (!decision) decision.emplace();
    act(counted, situation, *decision);
    if (!rule.go_on) break;
  }
  return decision;
}

void RuleEngine::act(Counted& counted, const Situation& situation, Decision& decision) {
  auto& [entry, counts] = counted;
  const auto& rule = entry.rule;
  ++entry.hits;
  decision.rules.push_back(name_of(entry));
  auto& verdict = decision.verdict;
  verdict.delay += rule.delay;
  if (rule.tarpit.count() > 0) {
    verdict.delay += rule.tarpit * static_cast<std::int64_t>(counts.times_in_session(situation.session_id));
  }
  if (rule.mischief.letter_rate > 0) verdict.mischief.letter_rate = rule.mischief.letter_rate;
  if (!rule.go_on) {
    const auto letter_rate = verdict.mischief.letter_rate;
    verdict.mischief = rule.mischief;
    verdict.mischief.letter_rate = letter_rate;
    verdict.reply = rule.reply;
    if (rule.counting.greylist.count() > 0 && rule.reply.empty()) {
      verdict.reply = "451 4.7.1 Greylisted, try again in {seconds} seconds";
    }
    verdict.reply = fill_reply(verdict.reply, {situation, state_, counts.count(), counts.wait().count()});
    verdict.action = action_of(rule, verdict.reply);
    decision.why = why(entry, situation);
    decision.tls_fault = rule.tls_fault;
    if (!rule.bounce.empty()) {
      decision.bounce = BounceOrder{fill_reply(rule.bounce, {situation, state_, counts.count(), counts.wait().count()}),
                                    rule.bounce_after};
    }
  }
  change_state(rule, situation);
}

void RuleEngine::change_state(const Rule& rule, const Situation& situation) {
  for (const auto& change : rule.changes) {
    const auto recipients = situation.recipients != nullptr ? situation.recipients->size() : 1;
    const auto times = change.for_each_recipient ? static_cast<double>(recipients) : 1.0;
    state_.set_number(change.name, state_.number(change.name) + change.by * times);
  }
  for (const auto& [subject, list] : rule.enlist) {
    for (auto& value : values_of(subject, situation)) state_.enlist(list, std::move(value));
  }
}

std::uint64_t RuleEngine::add(Rule rule) {
  const std::lock_guard lock(mutex_);
  entries_.push_back({{next_id_, std::move(rule)}, {}});
  return next_id_++;
}

bool RuleEngine::remove(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  return std::erase_if(entries_, [id](const Counted& counted) { return counted.entry.id == id; }) > 0;
}

void RuleEngine::clear() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
}

std::vector<RuleEngine::Entry> RuleEngine::entries() const {
  const std::lock_guard lock(mutex_);
  std::vector<Entry> entries;
  for (const auto& counted : entries_) entries.push_back(counted.entry);
  return entries;
}

std::optional<std::uint64_t> RuleEngine::hits(std::uint64_t id) const {
  const std::lock_guard lock(mutex_);
  for (const auto& counted : entries_) {
    if (counted.entry.id == id) return counted.entry.hits;
  }
  return std::nullopt;
}

GateState RuleEngine::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void RuleEngine::set_number(const std::string& name, double value) {
  const std::lock_guard lock(mutex_);
  state_.set_number(name, value);
}

void RuleEngine::set_list(const std::string& name, const std::vector<std::string>& values) {
  const std::lock_guard lock(mutex_);
  state_.set_list(name, values);
}

}  // namespace gatepost::sink
