#include "gatepost/engine/finish.hpp"

#include "gatepost/core/clock.hpp"
#include "gatepost/engine/lane_failures.hpp"

namespace gatepost::engine {

void finish(QueuedJob& queued, std::uint32_t lane, Outcome outcome) {
  outcome.ticket = queued.job.ticket;
  outcome.lane = lane;
  outcome.ended = SystemClock().now();
  if (queued.journal) queued.journal->result(outcome);
  queued.queue->push(std::move(outcome));
  queued.queue.reset();
}

namespace {

Outcome untouched(QueuedJob& queued, const codes::Failure& why) {
  Outcome outcome;
  if (queued.split) {
    outcome = std::move(*queued.split).merged(queued.job.rcpt_to, why);
  } else {
    outcome.letter.untouched = !why.maybe_delivered;
    for (const auto& address : queued.job.rcpt_to) outcome.letter.recipients.push_back({address, false, why});
  }
  outcome.started = SystemClock().now();
  return outcome;
}

}  // namespace

void finish_untouched(QueuedJob& queued, std::uint32_t lane, const codes::Failure& why, const std::string& transcript,
                      std::optional<TimePoint> paused_until) {
  auto outcome = untouched(queued, why);
  outcome.letter.transcript += transcript;
  outcome.paused_until = paused_until;
  finish(queued, lane, std::move(outcome));
}

void finish_held_back(QueuedJob& queued, std::uint32_t lane, const Pause& pause) {
  auto outcome = untouched(queued, not_tried(pause, SystemClock().now()));
  outcome.tried = !outcome.letter.untouched;  // transactions of a split letter that are over
  outcome.paused_until = pause.until;
  finish(queued, lane, std::move(outcome));
}

QueuedJob::~QueuedJob() {
  if (!queue) return;
  try {
    auto why = internal_failure("the letter was lost on its way");
    why.maybe_delivered = begun;
    finish_untouched(*this, 0, why);
  } catch (...) {
    // Not even that could be said: there is no memory left.
    return;
  }
}

}  // namespace gatepost::engine
