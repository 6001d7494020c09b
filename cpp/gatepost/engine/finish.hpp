#pragma once
#include <string>

#include "gatepost/engine/pauses.hpp"
#include "gatepost/engine/queued_job.hpp"

namespace gatepost::engine {

/// The end of a job: its RESULT goes to the journal, the outcome to the queue it was handed in with.
void finish(QueuedJob& queued, std::uint32_t lane, Outcome outcome);

/// The end of a job that goes no further. Transactions of a split letter that are over keep their verdicts; otherwise
/// it is untouched. `transcript`: what was said on the connection that met the failure; `paused_until`: a pause began
/// with it.
void finish_untouched(QueuedJob& queued, std::uint32_t lane, const codes::Failure& why,
                      const std::string& transcript = {}, std::optional<TimePoint> paused_until = {});

/// The end of a job that a pause holds back.
void finish_held_back(QueuedJob& queued, std::uint32_t lane, const Pause& pause);

}  // namespace gatepost::engine
