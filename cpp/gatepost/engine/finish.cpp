#include "gatepost/engine/finish.hpp"

#include "gatepost/core/clock.hpp"

namespace gatepost::engine {

void finish(const QueuedJob& queued, std::uint32_t lane, Outcome outcome) {
  outcome.ticket = queued.job.ticket;
  outcome.lane = lane;
  outcome.ended = SystemClock().now();
  if (queued.journal) queued.journal->result(outcome);
  queued.queue->push(std::move(outcome));
}

namespace {

Outcome untouched(const QueuedJob& queued, const codes::Failure& why) {
  Outcome outcome;
  if (queued.split) {
    outcome = std::move(*queued.split).merged(queued.job.rcpt_to, why);
  } else {
    outcome.letter.untouched = true;
    for (const auto& address : queued.job.rcpt_to) outcome.letter.recipients.push_back({address, false, why});
  }
  outcome.started = SystemClock().now();
  return outcome;
}

}  // namespace

void finish_untouched(const QueuedJob& queued, std::uint32_t lane, const codes::Failure& why,
                      const std::string& transcript, std::optional<TimePoint> paused_until) {
  auto outcome = untouched(queued, why);
  outcome.letter.transcript += transcript;
  outcome.paused_until = paused_until;
  finish(queued, lane, std::move(outcome));
}

void finish_held_back(const QueuedJob& queued, std::uint32_t lane, const Pause& pause) {
  auto outcome = untouched(queued, not_tried(pause, SystemClock().now()));
  outcome.tried = !outcome.letter.untouched;  // transactions of a split letter that are over
  outcome.paused_until = pause.until;
  finish(queued, lane, std::move(outcome));
}

}  // namespace gatepost::engine
