#pragma once
#include <cstdint>
#include <optional>

#include "gatepost/smtp/client/session.hpp"

namespace gatepost::engine {

/// After how many letters a connection says QUIT: the account's own cap, the server's announced one (MAILMAX, RFC 9422)
/// or the one it was seen to keep, whichever comes first.
class ConnectionCap {
 public:
  /// `own` 0: none.
  explicit ConnectionCap(std::uint32_t own) : own_(own) {}

  bool reached(std::uint32_t letters, const smtp::SessionFacts& facts) const;
  /// The server ended a busy connection after so many letters. Twice the same number in a row is its cap.
  void ended_after(std::uint32_t letters);

 private:
  std::uint32_t own_;
  std::optional<std::uint32_t> last_end_;
  std::optional<std::uint32_t> learnt_;
};

}  // namespace gatepost::engine
