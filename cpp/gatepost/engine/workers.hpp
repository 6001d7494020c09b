#pragma once
#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <mutex>

#include "gatepost/core/standstill.hpp"

namespace gatepost::engine {

/// Threads for what needs a processor more than a socket, one for each core; they start with the first work. Safe from
/// any thread.
class Workers final : private Crew {
 public:
  Workers();
  ~Workers();  ///< waits for the work that has begun, and drops the rest
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  std::size_t most() const { return most_; }  ///< that work at once
  void post(std::function<void()> work) override;

 private:
  std::size_t count() const override { return running_.load(); }

  std::size_t most_;
  std::atomic<std::size_t> running_{0};
  std::once_flag started_;
  std::unique_ptr<boost::asio::thread_pool> threads_;
};

}  // namespace gatepost::engine
