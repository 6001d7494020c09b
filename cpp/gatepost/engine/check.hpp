#pragma once
#include <memory>

#include "gatepost/engine/engine.hpp"

namespace gatepost::engine {

/// Connects, logs in, says QUIT; the outcome goes to `queue`. Keeps itself alive until then.
void start_check(boost::asio::io_context& context, LaneId lane, net::ConnectOptions options, std::uint64_t ticket,
                 std::shared_ptr<OutcomeQueue> queue);

}  // namespace gatepost::engine
