#pragma once
#include <memory>
#include <optional>
#include <utility>

#include "gatepost/engine/job.hpp"
#include "gatepost/engine/journal.hpp"
#include "gatepost/engine/outcome_queue.hpp"
#include "gatepost/engine/preparation.hpp"
#include "gatepost/engine/split_letter.hpp"

namespace gatepost::engine {

/// A job and where its outcome goes. One that is dropped on the way, by an exception, ends with a failure there.
struct QueuedJob {
  QueuedJob(Job what, std::shared_ptr<OutcomeQueue> outcomes, std::shared_ptr<Journal> records)
      : job(std::move(what)), queue(std::move(outcomes)), journal(std::move(records)) {}
  QueuedJob(QueuedJob&&) noexcept = default;
  QueuedJob& operator=(QueuedJob&&) noexcept = default;
  ~QueuedJob();

  Job job;
  std::shared_ptr<OutcomeQueue> queue;  ///< null once the job has ended
  std::shared_ptr<Journal> journal;
  bool begun = false;                          ///< a server may have some of it
  std::uint32_t put_off = 0;                   ///< connections that it was on and that did not take it
  std::shared_ptr<Preparation> preparation{};  ///< its letter is being made, before its turn
  std::optional<PreparedLetter> prepared{};    ///< made once: what goes again is the same letter
  bool cancelled = false;                      ///< in flight when it was taken back: no part of it is started again
  std::shared_ptr<SplitLetter> split{};        ///< it goes in several transactions; null: in one, as nearly all do
};

}  // namespace gatepost::engine
