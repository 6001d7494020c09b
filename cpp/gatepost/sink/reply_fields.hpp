#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "gatepost/sink/gate_state.hpp"
#include "gatepost/sink/situation.hpp"

namespace gatepost::sink {

/// What a reply may name beside the situation.
struct ReplyFacts {
  const Situation& situation;
  const GateState& state;
  std::uint64_t count = 0;   ///< how often the rule fitted
  std::int64_t seconds = 0;  ///< until it fits no more
};

/// `reply` with {client}, {ehlo}, {user}, {from}, {from_domain}, {to}, {to_domain}, {size}, {count}, {seconds} and the
/// gate's numbers by their names filled in; other braces stay. What a client said cannot begin a line or a code.
std::string fill_reply(std::string_view reply, const ReplyFacts& facts);

}  // namespace gatepost::sink
