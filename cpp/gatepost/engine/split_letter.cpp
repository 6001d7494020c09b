#include "gatepost/engine/split_letter.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "gatepost/mime/address/address.hpp"

namespace gatepost::engine {

using codes::Category;

namespace {

bool too_many(const smtp::RecipientOutcome& row) {
  return row.failure && row.failure->category == Category::too_many_recipients;
}

bool anybody_accepted(const smtp::LetterOutcome& outcome) {
  return std::any_of(outcome.recipients.begin(), outcome.recipients.end(),
                     [](const auto& row) { return row.accepted; });
}

void add_timings(smtp::LetterTimings& sum, const smtp::LetterTimings& part) {
  sum.mail += part.mail;
  sum.rcpt += part.rcpt;
  sum.data += part.data;
  sum.final += part.final;
}

}  // namespace

bool must_split(const std::vector<std::string>& rcpt_to, const TransactionLimits& limits) {
  if (rcpt_to.size() < 2) return false;
  if (limits.recipients && rcpt_to.size() > *limits.recipients) return true;
  if (!limits.domains) return false;
  std::set<std::string_view> domains;
  for (const auto& address : rcpt_to) domains.insert(mime::domain_of(address));
  return domains.size() > *limits.domains;
}

std::optional<std::uint32_t> taken_before_too_many(const smtp::LetterOutcome& outcome) {
  const auto& rows = outcome.recipients;
  if (rows.size() < 2 || !anybody_accepted(outcome)) return std::nullopt;
  const auto first = std::find_if(rows.begin(), rows.end(), too_many);
  if (first == rows.end()) return std::nullopt;
  return std::max(1U, static_cast<std::uint32_t>(first - rows.begin()));
}

SplitLetter::SplitLetter(std::size_t recipients) : left_(recipients) {
  std::iota(left_.begin(), left_.end(), std::size_t{0});
  outcome_.letter.recipients.resize(recipients);
  outcome_.letter.untouched = true;
}

SplitLetter::Places SplitLetter::next(const std::vector<std::string>& rcpt_to, const TransactionLimits& limits) const {
  Places places;
  std::set<std::string_view> domains;
  for (const auto place : left_) {
    if (!places.empty() && limits.recipients && places.size() >= *limits.recipients) break;
    const auto domain = mime::domain_of(rcpt_to[place]);
    const bool fits = !limits.domains || domains.contains(domain) || domains.size() < *limits.domains;
    if (!fits && !places.empty()) continue;
    domains.insert(domain);
    places.push_back(place);
  }
  return places;
}

void SplitLetter::add(const Places& places, smtp::LetterOutcome part, const Places& again) {
  const bool gets_on = anybody_accepted(part);
  Places settled;
  for (std::size_t i = 0; i < places.size(); ++i) {
    auto& row = part.recipients[i];
    const bool stays = (gets_on && too_many(row)) || std::binary_search(again.begin(), again.end(), places[i]);
    if (!stays) settled.push_back(places[i]);
    if (row.accepted && !row.reply) {
      row.reply = part.final_reply;
      row.queue_id = part.queue_id;
    }
    outcome_.letter.recipients[places[i]] = std::move(row);
  }
  Places left;  // all three ascend
  std::set_difference(left_.begin(), left_.end(), settled.begin(), settled.end(), std::back_inserter(left));
  left_.swap(left);
  auto& whole = outcome_.letter;
  whole.untouched = whole.untouched && part.untouched;
  if (whole.queue_id.empty()) whole.queue_id = std::move(part.queue_id);
  if (gets_on || !whole.final_reply.positive()) whole.final_reply = std::move(part.final_reply);
  if (part.session) whole.session = std::move(part.session);
  whole.transcript += part.transcript;
  add_timings(whole.timings, part.timings);
}

Outcome SplitLetter::merged(const std::vector<std::string>& rcpt_to, const codes::Failure& why_not) && {
  for (const auto place : left_) outcome_.letter.recipients[place] = {rcpt_to[place], false, why_not};
  return std::move(outcome_);
}

std::shared_ptr<const smtp::LetterRequests> SplitLetter::requests_for(const Job& job, const Places& places) {
  if (!job.requests || job.requests->original_recipients.size() != job.rcpt_to.size()) return job.requests;
  auto some = std::make_shared<smtp::LetterRequests>(*job.requests);
  some->original_recipients.clear();
  for (const auto place : places) some->original_recipients.push_back(job.requests->original_recipients[place]);
  return some;
}

}  // namespace gatepost::engine
