#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "gatepost/core/of_one_process.hpp"
#include "gatepost/core/result.hpp"
#include "gatepost/core/system_error.hpp"
#include "gatepost/engine/outcome.hpp"

namespace gatepost::engine {

/// What a crash must not forget: INTENT of a ticket reaches the kernel before the letter's transaction is written to
/// the socket, its RESULT before the outcome is handed on. The files belong to one run; the next run reads them and
/// deletes them.
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

  /// Goes on in a new file, so that the one before can be deleted once all its letters are settled. Where that cannot
  /// be made, it goes on in the old one. From any thread.
  std::optional<SystemError> continue_in(const std::string& path);
  /// Bytes written to the file that it is in now.
  std::uint64_t size() const;

  /// The words of the first write that failed (disk full ...), or "". The engine stops its lanes then.
  std::string error() const;

  /// The records of the files that a journal left behind, in their order. A torn last record of a file is dropped;
  /// an error where their writer still runs.
  struct Replay {
    std::map<std::uint64_t, std::optional<Outcome>> tickets;  ///< nullopt: INTENT without RESULT, in doubt
    bool damaged = false;  ///< in the middle: what has no record here may have had one
  };
  static Result<Replay, SystemError> replay(const std::vector<std::string>& paths);

 private:
  explicit Journal(int fd) : fd_(fd) {}
  void append(const std::string& record);
  mutable std::mutex mutex_;
  int fd_;
  std::uint64_t size_ = 0;
  std::string error_;
};

}  // namespace gatepost::engine
