// A letter's way through its lane: off the queue, onto a connection, back as an outcome.
#include <algorithm>

#include "gatepost/engine/finish.hpp"
#include "gatepost/engine/lane.hpp"
#include "gatepost/engine/lane_failures.hpp"

namespace gatepost::engine {

using codes::Category;
using codes::Phase;
using std::chrono::steady_clock;

std::optional<smtp::ClientLetter> Lane::next_letter(net::ClientConnection& connection) {
  std::optional<smtp::ClientLetter> letter;
  guarded([&] { letter = take_next(connection); });
  return letter;
}

std::optional<smtp::ClientLetter> Lane::take_next(net::ClientConnection& connection) {
  auto* own = pooled(connection);
  if (!own) return std::nullopt;
  if (letters_cap_.reached(own->letters, connection.session().facts())) {
    connection.quit();
    return std::nullopt;
  }
  auto letter = begin_next(connection);
  own = pooled(connection);  // a pause may have changed the pool
  if (own && letter) {
    ++own->letters;
    own->idle_since = {};
  } else if (own) {
    if (own->idle_since == steady_clock::time_point{}) own->idle_since = steady_clock::now();
    arm_timer();
  }
  return letter;
}

std::optional<smtp::ClientLetter> Lane::begin_next(const net::ClientConnection& connection) {
  while (may_send() && !queue_.empty() && !held()) {
    look_ahead_.begin(queue_, limiter_->left().value_or(UINT32_MAX));
    if (auto& front = queue_.front(); !front.prepared) {
      auto made = look_ahead_.take(front);
      if (!made) break;  // a worker is at it; pump() follows
      front.preparation.reset();
      if (!*made) {
        finish_unmade(made->error());
        continue;
      }
      front.prepared = **std::move(made);
    }
    auto token = limiter_->take(static_cast<std::uint32_t>(queue_.size()), &waiter_);
    if (!token) {  // somebody else was quicker, or they have to be asked for
      held_by(token.error());
      break;
    }
    auto queued = std::move(queue_.front());
    queue_.pop_front();
    if (queued.journal) {
      queued.journal->intent(queued.job.ticket);
      if (const auto error = queued.journal->error(); !error.empty()) {
        token->give_back();
        queue_.push_front(std::move(queued));
        pause(codes::local_failure(Category::system_full, Phase::local, "the journal cannot be written: " + error));
        break;
      }
    }
    return in_flight(std::move(queued), clock_.now(), *std::move(token), connection);
  }
  return std::nullopt;
}

void Lane::finish_unmade(const codes::Failure& why) {
  auto queued = std::move(queue_.front());
  queue_.pop_front();
  Outcome outcome;
  for (auto& address : queued.job.rcpt_to) outcome.letter.recipients.push_back({address, false, why});
  outcome.started = clock_.now();
  finish(queued, id_, std::move(outcome));
}

smtp::ClientLetter Lane::in_flight(QueuedJob queued, TimePoint now, AccountToken token,
                                   const net::ClientConnection& connection) {
  const auto& job = queued.job;
  const auto limits = transaction_limits(connection.session().facts());
  if (!queued.split && !job.all_or_nothing && must_split(job.rcpt_to, limits)) {
    queued.split = std::make_shared<SplitLetter>(job.rcpt_to.size());
  }
  const auto id = next_letter_id_++;
  smtp::ClientLetter letter{id, job.mail_from, {}, queued.prepared->data, job.all_or_nothing, job.requests};
  SplitLetter::Places places;
  if (queued.split) {
    places = queued.split->next(job.rcpt_to, limits);
    for (const auto place : places) letter.rcpt_to.push_back(job.rcpt_to[place]);
    letter.requests = SplitLetter::requests_for(job, places);
  } else {
    letter.rcpt_to = job.rcpt_to;
  }
  queued.begun = true;
  in_flight_.emplace(id, InFlight{std::move(queued), std::move(places), now, std::move(token), &connection});
  return letter;
}

TransactionLimits Lane::transaction_limits(const smtp::SessionFacts& facts) const {
  TransactionLimits limits{facts.limits.rcpt_max, facts.limits.rcpt_domain_max};
  if (recipients_taken_) limits.recipients = std::min(limits.recipients.value_or(UINT32_MAX), *recipients_taken_);
  return limits;
}

void Lane::letters_done(net::ClientConnection& connection, std::vector<smtp::LetterOutcome> outcomes) {
  for (auto& letter : outcomes) {
    const auto found = in_flight_.find(letter.id);
    if (found == in_flight_.end()) continue;
    auto flight = std::move(found->second);
    in_flight_.erase(found);
    if (letter.untouched) flight.token.give_back();
    flight.token.ended();
    auto* own = pooled(connection);
    if (try_again(own, flight, letter)) continue;
    if (own && !letter.untouched) ++own->answered;
    const auto* stop = first_account_failure(letter);
    const auto pause_for = stop ? std::optional(*stop) : std::nullopt;
    settle(std::move(flight), std::move(letter));
    if (pause_for) pause(*pause_for);
  }
}

/// A pooled connection that the server had closed meanwhile, or closes now with 421: nobody has accepted anything of
/// the letter, so it is sent anew, once.
bool Lane::try_again(const Pooled* own, InFlight& flight, const smtp::LetterOutcome& letter) {
  const bool reused = own && own->answered > 0;
  if (flight.queued.redone || flight.queued.cancelled || !may_send() ||
      !(letter.untouched || (reused && was_put_off_by_421(letter)))) {
    return false;
  }
  flight.queued.redone = true;
  flight.queued.begun = false;
  queue_.push_front(std::move(flight.queued));
  return true;
}

void Lane::settle(InFlight flight, smtp::LetterOutcome letter) {
  auto& queued = flight.queued;
  if (const auto taken = taken_before_too_many(letter); taken && !queued.job.all_or_nothing) {
    recipients_taken_ = std::min(recipients_taken_.value_or(UINT32_MAX), *taken);
    if (!queued.split) {
      queued.split = std::make_shared<SplitLetter>(queued.job.rcpt_to.size());
      flight.places = queued.split->next(queued.job.rcpt_to, {});
    }
  }
  Outcome outcome;
  if (queued.split) {
    queued.split->add(flight.places, std::move(letter));
    if (!queued.split->complete() && !queued.cancelled) {
      queued.redone = false;
      queue_.push_front(std::move(queued));
      if (!may_send()) give_back(stopping_ ? *stopping_ : *paused_);
      return;
    }
    outcome = std::move(*queued.split).merged(queued.job.rcpt_to, cancelled_failure());
  } else {
    outcome.letter = std::move(letter);
  }
  outcome.message_id = queued.prepared->message_id;
  outcome.started = flight.started;
  outcome.bytes = static_cast<std::uint32_t>(queued.prepared->data->size());
  finish(queued, id_, std::move(outcome));
}

}  // namespace gatepost::engine
