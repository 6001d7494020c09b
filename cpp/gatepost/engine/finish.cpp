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

void finish_untouched(QueuedJob& queued, std::uint32_t lane, const codes::Failure& why, const std::string& transcript) {
  Outcome outcome;
  if (queued.split) {
    outcome = std::move(*queued.split).merged(queued.job.rcpt_to, why);
  } else {
    outcome.letter.untouched = !why.maybe_delivered;
    for (const auto& address : queued.job.rcpt_to) outcome.letter.recipients.push_back({address, false, why});
  }
  outcome.letter.transcript += transcript;
  outcome.started = SystemClock().now();
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
