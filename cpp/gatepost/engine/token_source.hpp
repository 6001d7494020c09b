#pragma once
#include <chrono>
#include <cstdint>
#include <optional>

#include "gatepost/engine/limit.hpp"

namespace gatepost::engine {

/// Where an account's tokens come from that several processes share: a store. What it grants to this process is out of
/// its windows until it is told what became of it. Called on the threads of engines, several at once; each call must
/// return at once.
class TokenSource {
 public:
  struct Grant {
    std::uint32_t tokens = 0;
    /// A letter may begin with them for so long. The source keeps them out of its windows for as long as such a letter
    /// may take beyond that, so that the tokens of a process that died come back by themselves.
    std::chrono::nanoseconds valid_for{0};
    Hold hold{};  ///< where there are no tokens: what is used up, and when to ask again (not said: after a second)
  };

  virtual ~TokenSource() = default;
  /// So many letters wait. The answer is one AccountLimiter::grant(), at any time, from any thread, or from here.
  virtual void ask(std::uint32_t wanted) = 0;
  /// A letter that had a token is over; it counts for a window from now on.
  virtual void ended() = 0;
  /// So many tokens were not used.
  virtual void give_back(std::uint32_t tokens) = 0;
};

}  // namespace gatepost::engine
