#pragma once
#include <memory>
#include <optional>

#include "gatepost/engine/job.hpp"
#include "gatepost/engine/journal.hpp"
#include "gatepost/engine/outcome_queue.hpp"
#include "gatepost/engine/preparation.hpp"
#include "gatepost/engine/split_letter.hpp"

namespace gatepost::engine {

/// A job and where its outcome goes.
struct QueuedJob {
  Job job;
  std::shared_ptr<OutcomeQueue> queue;
  std::shared_ptr<Journal> journal;
  std::uint32_t put_off = 0;                   ///< connections that it was on and that did not take it
  std::shared_ptr<Preparation> preparation{};  ///< its letter is being made, before its turn
  std::optional<PreparedLetter> prepared{};    ///< made once: what goes again is the same letter
  bool cancelled = false;                      ///< in flight when it was taken back: no part of it is started again
  std::shared_ptr<SplitLetter> split{};        ///< it goes in several transactions; null: in one, as nearly all do
};

}  // namespace gatepost::engine
