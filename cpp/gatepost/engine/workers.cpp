#include "gatepost/engine/workers.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <thread>
#include <utility>

namespace gatepost::engine {

Workers::Workers() : most_(std::max(1U, std::thread::hardware_concurrency())) { Standstill::process().add(*this); }

Workers::~Workers() { Standstill::process().remove(*this); }

void Workers::post(std::function<void()> work) {
  std::call_once(started_, [this] {
    threads_ = std::make_unique<boost::asio::thread_pool>(most_);
    running_ = most_;
  });
  boost::asio::post(*threads_, std::move(work));
}

}  // namespace gatepost::engine
