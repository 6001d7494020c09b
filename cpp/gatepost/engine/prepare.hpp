#pragma once
#include "gatepost/core/input_error.hpp"
#include "gatepost/core/result.hpp"
#include "gatepost/engine/job.hpp"
#include "gatepost/smtp/client/session.hpp"

namespace gatepost::engine {

struct PreparedLetter {
  std::shared_ptr<const std::string> data;
  std::string message_id;
};

/// The bytes of a job's letter: the prebuilt ones, or composed now from what is shared and what is the recipient's own.
Result<PreparedLetter, InputError> prepare(const Job& job, TimePoint now);

}  // namespace gatepost::engine
