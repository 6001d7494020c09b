#pragma once
#include <string>

#include "gatepost/engine/queued_job.hpp"

namespace gatepost::engine {

/// The end of a job: its RESULT goes to the journal, the outcome to the queue it was handed in with.
void finish(QueuedJob& queued, std::uint32_t lane, Outcome outcome);

/// The end of a job that goes no further. Transactions of a split letter that are over keep their verdicts; otherwise
/// it is untouched. `transcript`: what was said on the connection that met the failure.
void finish_untouched(QueuedJob& queued, std::uint32_t lane, const codes::Failure& why,
                      const std::string& transcript = {});

}  // namespace gatepost::engine
