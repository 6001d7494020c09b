// A letter's way through its lane: off the queue, onto a connection, back as an outcome.
#include <algorithm>
#include <utility>

#include "gatepost/engine/finish.hpp"
#include "gatepost/engine/lane.hpp"

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
  if (own->letters == 0 && !own->waits()) {
    pauses_.logged_in();
    pump_soon();  // it is in: others may follow
  }
  auto letter = begin_next(connection);
  own = pooled(connection);  // a pause may have changed the pool
  if (own && letter) {
    ++own->letters;
    own->idle_since = {};
  } else if (own) {
    if (!own->waits()) own->idle_since = steady_clock::now();
    arm_timer();
  }
  return letter;
}

std::optional<smtp::ClientLetter> Lane::begin_next(const net::ClientConnection& connection) {
  while (!stopping_ && !queue_.empty() && has_token()) {
    look_ahead_.begin(queue_, letters_left().value_or(UINT32_MAX));
    if (auto& front = queue_.front(); !front.prepared) {
      auto made = look_ahead_.take(front);
      if (!made) return std::nullopt;  // a worker is at it; pump() follows
      front.preparation.reset();
      if (!*made) {
        finish_unmade(made->error());
        continue;
      }
      front.prepared = **std::move(made);
    }
    auto queued = std::move(queue_.front());
    queue_.pop_front();
    if (queued.journal) {
      queued.journal->intent(queued.job.ticket);
      if (const auto error = queued.journal->error(); !error.empty()) {
        queue_.push_front(std::move(queued));
        const auto why =
            codes::local_failure(Category::system_full, Phase::local, "the journal cannot be written: " + error);
        const auto now = clock_.now();
        give_back(why, {}, pauses_.begin(std::nullopt, why, now, now).until);
        break;
      }
    }
    auto token = *std::exchange(token_, std::nullopt);
    return in_flight(std::move(queued), clock_.now(), std::move(token), connection);
  }
  if (queue_.empty()) let_go_of_token();
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
    if (put_off(connection, flight, letter)) continue;
    if (letter.untouched) flight.token.give_back();
    flight.token.ended();
    if (auto* own = pooled(connection); own && !letter.untouched) {
      ++own->answered;
      knocking_.served(steady_clock::now());
      if (pool_cap_.lowered()) pool_cap_.serving(serving_connections(), steady_clock::now());
    }
    const auto paused_until = pause_for(flight, letter);
    settle(std::move(flight), std::move(letter), paused_until);
    if (paused_until) give_back_held();
  }
}

bool Lane::put_off(net::ClientConnection& connection, InFlight& flight, smtp::LetterOutcome& letter) {
  auto* const own = pooled(connection);
  auto& queued = flight.queued;
  Standing standing;
  standing.has_served = own && own->answered > 0;
  standing.others_are_in = connections_in() > (own && own->in() ? 1U : 0U);
  standing.put_off = queued.put_off > 0;
  SplitLetter::Places again;  // of the transaction's recipients
  const codes::Failure* why = nullptr;
  for (std::size_t i = 0; i < letter.recipients.size(); ++i) {
    const auto& failure = letter.recipients[i].failure;
    if (!failure || !(letter.untouched ? untouched_speaks_of_the_connection(*failure, standing)
                                       : speaks_of_the_connection(*failure, standing))) {
      continue;
    }
    again.push_back(i);
    if (!why) why = &*failure;
  }
  const bool whole = again.size() == letter.recipients.size();
  if (!why || (queued.job.all_or_nothing && !whole)) return false;
  const auto most = std::max(1U, options_.max_connections);
  if (stopping_ || queued.cancelled || queued.put_off >= most || (!queued.job.insists && holding(queued.job))) {
    return false;
  }
  if (own) {
    own->refusal = *why;
    connection.quit();
  }
  if (why->phase != Phase::final_) flight.token.give_back();
  flight.token.ended();
  if (!whole) {
    if (!queued.split) {
      queued.split = std::make_shared<SplitLetter>(queued.job.rcpt_to.size());
      flight.places = queued.split->next(queued.job.rcpt_to, {});
    }
    for (auto& place : again) place = flight.places[place];
    queued.split->add(flight.places, std::move(letter), again);
  }
  wait_again(std::move(queued));
  return true;
}

/// First the letter goes to the front; put off again, behind the others, whom it may keep from being sent.
void Lane::wait_again(QueuedJob queued) {
  queued.begun = false;
  if (queued.put_off++ == 0) {
    queue_.push_front(std::move(queued));
  } else {
    queue_.push_back(std::move(queued));
  }
  pump_soon();
}

void Lane::settle(InFlight flight, smtp::LetterOutcome letter, std::optional<TimePoint> paused_until) {
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
      if (stopping_) return finish_untouched(queued, id_, *stopping_);
      if (const auto* pause = holding(queued.job)) return finish_held_back(queued, id_, *pause);
      queued.put_off = 0;
      return queue_.push_front(std::move(queued));
    }
    outcome = std::move(*queued.split).merged(queued.job.rcpt_to, cancelled_failure());
  } else {
    outcome.letter = std::move(letter);
  }
  outcome.message_id = queued.prepared->message_id;
  outcome.started = flight.started;
  outcome.bytes = static_cast<std::uint32_t>(queued.prepared->data->size());
  outcome.paused_until = paused_until;
  finish(queued, id_, std::move(outcome));
}

}  // namespace gatepost::engine
