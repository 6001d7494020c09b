#pragma once
#include <memory>

#include "gatepost/engine/engine.hpp"

namespace gatepost::engine {

/// See Engine::check. Keeps itself alive until the outcome is in `queue`.
void start_check(boost::asio::io_context& context, LaneId lane, net::ConnectOptions options, std::uint64_t ticket,
                 std::vector<smtp::Question> questions, std::shared_ptr<OutcomeQueue> queue);

}  // namespace gatepost::engine
