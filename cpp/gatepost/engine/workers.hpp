#pragma once
#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <mutex>
#include <optional>
#include <thread>

namespace gatepost::engine {

/// Threads for what needs a processor more than a socket, one for each core; they start with the first work. Safe from
/// any thread. Its end waits for the work that has begun, and drops the rest.
class Workers {
 public:
  std::size_t count() const { return count_; }

  template <class Work>
  void post(Work work) {
    std::call_once(started_, [this] { threads_.emplace(count_); });
    boost::asio::post(*threads_, std::move(work));
  }

 private:
  std::size_t count_ = std::max(1U, std::thread::hardware_concurrency());
  std::once_flag started_;
  std::optional<boost::asio::thread_pool> threads_;
};

}  // namespace gatepost::engine
