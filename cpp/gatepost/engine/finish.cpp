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

void finish_untouched(const QueuedJob& queued, std::uint32_t lane, const codes::Failure& why,
                      const std::string& transcript) {
  Outcome outcome;
  if (queued.split) {
    outcome = std::move(*queued.split).merged(queued.job.rcpt_to, why);
  } else {
    outcome.letter.untouched = true;
    for (const auto& address : queued.job.rcpt_to) outcome.letter.recipients.push_back({address, false, why});
  }
  outcome.letter.transcript += transcript;
  outcome.started = SystemClock().now();
  finish(queued, lane, std::move(outcome));
}

}  // namespace gatepost::engine
