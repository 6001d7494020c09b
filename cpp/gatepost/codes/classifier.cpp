#include <algorithm>
#include <span>

#include "gatepost/codes/failure.hpp"
#include "gatepost/codes/literal_index.hpp"
#include "gatepost/codes/normalise.hpp"
#include "gatepost/codes/provider.hpp"
#include "gatepost/codes/provider_table.hpp"
#include "gatepost/codes/retry_hint.hpp"
#include "gatepost/codes/wrapped_reply.hpp"

namespace gatepost::codes {
namespace {

constexpr int no_provider = -1;
/// How long to wait where a reply is temporary though its category gives no time.
constexpr int default_retry_seconds = 3600;

template <class T>
std::span<const T> slice(std::span<const T> all, Range range) {
  return all.subspan(range.first, range.count);
}

/// What the rules look at.
struct Subject {
  const Reply& reply;
  Phase phase;
  int given_provider;
  int recognised_provider;
  Hits hits;
};

/// 4 or 5 (6 for Sendsay's codes), 0 where nothing tells: servers mix up the classes, the basic code is right.
int reply_class(const Reply& reply) {
  if (reply.code != 0) return reply.code / 100;
  return reply.enhanced ? reply.enhanced->klass : 0;
}

bool has_phrase(const Hits& hits, Range phrase) {
  const auto parts = slice<std::uint16_t>(phrase_parts, phrase);
  return std::all_of(parts.begin(), parts.end(), [&](std::uint16_t literal) { return hits.literal[literal]; });
}

/// The phrase of `range` that was found, or nullptr.
const Range* found_phrase(const Hits& hits, Range range) {
  const auto candidates = slice<Range>(phrases, range);
  const auto found = std::find_if(candidates.begin(), candidates.end(), [&](Range p) { return has_phrase(hits, p); });
  return found == candidates.end() ? nullptr : &*found;
}

bool code_fits(const ReplyRule& rule, const Subject& subject) {
  const int code = subject.reply.code;
  if (rule.codes.count == 0) return code < 200 || code >= 400;  // words never turn a success into a failure
  const auto ranges = slice<CodeRange>(code_ranges, rule.codes);
  return std::any_of(ranges.begin(), ranges.end(), [&](CodeRange r) { return code >= r.low && code <= r.high; });
}

bool enhanced_fits(const ReplyRule& rule, const Subject& subject) {
  const auto& enhanced = subject.reply.enhanced;
  if (rule.bare && enhanced) return false;
  if (rule.enhanced.count == 0) return true;
  if (!enhanced) return false;
  const int klass = enhanced->klass == 6 ? 6 : reply_class(subject.reply);
  const auto patterns = slice<EnhancedPattern>(enhanced_patterns, rule.enhanced);
  return std::any_of(patterns.begin(), patterns.end(), [&](const EnhancedPattern& p) {
    return (p.klass == klass || (p.klass == 0 && (klass == 4 || klass == 5))) && p.subject == enhanced->subject &&
           enhanced->detail >= p.low && enhanced->detail <= p.high;
  });
}

bool provider_fits(const ReplyRule& rule, const Subject& subject) {
  return rule.provider == no_provider || rule.provider == subject.given_provider ||
         rule.provider == subject.recognised_provider;
}

bool fits(const ReplyRule& rule, const Subject& subject) {
  const auto phase_bit = 1U << static_cast<unsigned>(subject.phase);
  if ((rule.phases & phase_bit) == 0 || !provider_fits(rule, subject)) return false;
  if (!code_fits(rule, subject) || !enhanced_fits(rule, subject)) return false;
  if (rule.contains.count != 0 && found_phrase(subject.hits, rule.contains) == nullptr) return false;
  return found_phrase(subject.hits, rule.excludes) == nullptr;
}

const ReplyRule& first_fitting(const Subject& subject) {
  for (std::size_t i = 0; i < std::size(rules); ++i) {
    if (subject.hits.rule[i] && fits(rules[i], subject)) return rules[i];
  }
  return rules[std::size(rules) - 1];  // the last rule asks for nothing
}

int provider_index(std::string_view name) {
  const auto* const found = std::find(std::begin(provider_names), std::end(provider_names), canonical_provider(name));
  return found == std::end(provider_names) ? no_provider : static_cast<int>(found - std::begin(provider_names));
}

int recognise_provider(const Hits& hits) {
  for (const Marker& marker : provider_markers) {
    if (hits.literal[marker.literal] || hits.in_names[marker.literal]) return marker.provider;
  }
  return no_provider;
}

std::string evidence_of(const ReplyRule& rule, const Subject& subject) {
  std::string out;
  if (const Range* phrase = found_phrase(subject.hits, rule.contains)) {
    for (const std::uint16_t part : slice<std::uint16_t>(phrase_parts, *phrase)) {
      if (!out.empty()) out += " & ";
      out += literals[part];
    }
    return out;
  }
  return Reply{subject.reply.code, subject.reply.enhanced, {}}.to_string();
}

Permanence permanence_of(const ReplyRule& rule, const CategoryInfo& row, const Reply& reply) {
  if (rule.permanence) return *rule.permanence;
  const int klass = reply_class(reply);
  if (!row.follows_code || klass == 0) return row.permanence;
  return klass == 4 ? Permanence::temporary : Permanence::permanent;
}

Scope scope_of(Phase phase, int code) {
  switch (phase) {
    case Phase::dns:
    case Phase::connect:
    case Phase::greeting:
      return Scope::site;
    case Phase::tls:
    case Phase::ehlo:
    case Phase::auth:
      return Scope::session;
    case Phase::rcpt:
    case Phase::bounce:
      return code == 421 ? Scope::session : Scope::recipient;
    default:
      return code == 421 ? Scope::session : Scope::message;
  }
}

/// Retry, time and suppression follow from the category and from whether it is temporary this time.
void apply_verdicts(Failure& failure, const CategoryInfo& row) {
  failure.category = row.category;
  failure.retry = row.retry;
  failure.retry_after_seconds = row.retry_after_seconds;
  failure.suppress = failure.permanence == Permanence::temporary ? SuppressScope::none : row.suppress;
  failure.pause = row.pause;
  if (failure.permanence == Permanence::temporary && row.permanence != Permanence::temporary) {
    failure.retry = RetryVerdict::later;
    failure.retry_after_seconds = default_retry_seconds;
  } else if (failure.permanence == Permanence::permanent && row.permanence == Permanence::temporary) {
    failure.retry = RetryVerdict::never;
  }
}

}  // namespace

Failure classify(const Reply& reply, Phase phase, std::string_view provider) {
  const std::string words = reply.text();
  const std::optional<Reply> inner = innermost_reply(reply);
  const std::string text = normalise(inner ? inner->text() : words);
  Subject subject{inner ? *inner : reply, phase, provider_index(provider), no_provider,
                  LiteralIndex::instance().find(text)};
  subject.recognised_provider = recognise_provider(subject.hits);
  const ReplyRule& rule = first_fitting(subject);
  const CategoryInfo& row = info(rule.category);

  Failure failure;
  failure.phase = phase;
  failure.code = reply.code;
  failure.enhanced = reply.enhanced;
  failure.server_text = words;
  failure.permanence = permanence_of(rule, row, reply);
  failure.scope = scope_of(phase, reply.code);
  apply_verdicts(failure, row);
  // A reply to RCPT is about that recipient (RFC 5321 §3.3); whether it is the account after all, others will show.
  if (phase == Phase::rcpt && failure.pause == PauseScope::account) failure.pause = PauseScope::none;
  if (rule.retry) failure.retry = *rule.retry;
  if (rule.retry_after_seconds != 0) failure.retry_after_seconds = rule.retry_after_seconds;
  if (failure.retry == RetryVerdict::later) {
    if (const int hint = retry_hint_seconds(text); hint != 0) {
      failure.retry_after_seconds = hint;
      failure.retry_after_named = true;
    }
  } else {
    failure.retry_after_seconds = 0;
  }
  for (const int index : {rule.provider, subject.recognised_provider, subject.given_provider}) {
    if (index != no_provider && failure.provider.empty()) failure.provider = provider_names[index];
  }
  failure.rule_id = rule.id;
  failure.evidence = evidence_of(rule, subject);
  return failure;
}

Failure local_failure(Category category, Phase phase, std::string message) {
  const CategoryInfo& row = info(category);
  Failure failure;
  failure.phase = phase;
  failure.message = std::move(message);
  failure.permanence = row.permanence;
  failure.scope = scope_of(phase, 0);
  apply_verdicts(failure, row);
  failure.rule_id = "local";
  return failure;
}

}  // namespace gatepost::codes
