#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "gatepost/core/of_one_process.hpp"
#include "gatepost/core/result.hpp"
#include "gatepost/core/system_error.hpp"
#include "gatepost/engine/outcome.hpp"

namespace gatepost::engine {

/// What a crash must not forget: INTENT of a ticket reaches the kernel before the letter's transaction is written to
/// the socket, its RESULT before the outcome is handed on. The file belongs to one run; the next run reads it and
/// deletes it.
class Journal : public OfOneProcess {
 public:
  /// Creates the file (mode 0600, must not exist) and locks it for as long as this process lives. The error is the
  /// system's words.
  static Result<std::shared_ptr<Journal>, SystemError> create(const std::string& path);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// In a child made by fork: its copy of the descriptor would keep the lock where the parent dies.
  void leave_to_parent();

  void intent(std::uint64_t ticket);
  void result(const Outcome& outcome);
  /// The words of the first write that failed (disk full ...), or "". The engine stops its lanes then.
  std::string error() const;

  /// The records of a journal left behind. A torn last record is dropped. An error where its writer still runs.
  struct Replay {
    std::map<std::uint64_t, std::optional<Outcome>> tickets;  ///< nullopt: INTENT without RESULT, in doubt
  };
  static Result<Replay, SystemError> replay(const std::string& path);

 private:
  explicit Journal(int fd) : fd_(fd) {}
  void append(const std::string& record);
  int fd_;
  mutable std::mutex mutex_;
  std::string error_;
};

}  // namespace gatepost::engine
