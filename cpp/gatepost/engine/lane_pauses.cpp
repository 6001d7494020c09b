// What a lane does not try: pauses of its account and of senders, and how letters come back.
#include "gatepost/engine/finish.hpp"
#include "gatepost/engine/lane.hpp"

namespace gatepost::engine {

using codes::Failure;
using codes::Phase;

const Pause* Lane::holding(const Job& job) { return pauses_.holding(job.mail_from, clock_.now()); }

std::optional<TimePoint> Lane::pause_for(const InFlight& flight, smtp::LetterOutcome& letter) {
  const auto& sender = flight.queued.job.mail_from;
  std::optional<TimePoint> until;
  bool accepted = false;
  for (auto& row : letter.recipients) {
    accepted = accepted || row.accepted;
    if (row.accepted) suspicion_.accepted();
    if (!row.failure || until) continue;
    if (AccountSuspicion::sounds_like_it(*row.failure) && suspicion_.refused(row.failure->category, row.address)) {
      row.failure->pause = codes::PauseScope::account;
    }
    if (stops_the_account(*row.failure)) {
      until = pauses_.begin(std::nullopt, *row.failure, flight.started, clock_.now()).until;
    } else if (stops_the_sender(*row.failure)) {
      until = pauses_.begin(sender, *row.failure, flight.started, clock_.now()).until;
    }
  }
  if (accepted && !until) pauses_.accepted(sender);
  return until;
}

void Lane::pause_for_login(const Pooled& own, const Failure& why) {
  const auto until = pauses_.begin(std::nullopt, why, own.opened, clock_.now()).until;
  for (auto& p : connections_) p.dropped = true;
  const auto pool = connections_;                       // quit() may change the pool
  for (const auto& p : pool) p.connection->quit(true);  // none is in yet: they would only try the same login
  give_back(why, own.connection->session().transcript(), until);
}

void Lane::give_back_held() {
  std::deque<QueuedJob> kept;
  for (auto& queued : queue_) {
    if (const auto* pause = holding(queued.job)) {
      finish_held_back(queued, id_, *pause);
    } else {
      kept.push_back(std::move(queued));
    }
  }
  queue_.swap(kept);
  if (queue_.empty()) want_no_tokens();
}

void Lane::give_back(const Failure& failure, const std::string& transcript, std::optional<TimePoint> paused_until) {
  std::deque<QueuedJob> jobs;
  jobs.swap(queue_);
  for (auto& queued : jobs) finish_untouched(queued, id_, failure, transcript, paused_until);
  want_no_tokens();
}

void Lane::resume() {
  pauses_.lift();
  suspicion_ = {};
  pump();
}

void Lane::set_access_token(std::string token) {
  options_.connect.session.identity.access_token = std::move(token);
  ++token_turn_;
  pauses_.logged_in();
  pump();
}

}  // namespace gatepost::engine
