#include "gatepost/engine/workers.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <thread>
#include <utility>

namespace gatepost::engine {

Workers::Workers() : count_(std::max(1U, std::thread::hardware_concurrency())) {}
Workers::~Workers() = default;

void Workers::post(std::function<void()> work) {
  std::call_once(started_, [this] { threads_ = std::make_unique<boost::asio::thread_pool>(count_); });
  boost::asio::post(*threads_, std::move(work));
}

}  // namespace gatepost::engine
