#pragma once
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <mutex>

namespace gatepost::engine {

/// Threads for what needs a processor more than a socket, one for each core; they start with the first work. Safe from
/// any thread.
class Workers {
 public:
  Workers();
  ~Workers();  ///< waits for the work that has begun, and drops the rest
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  std::size_t count() const { return count_; }
  void post(std::function<void()> work);

 private:
  std::size_t count_;
  std::once_flag started_;
  std::unique_ptr<boost::asio::thread_pool> threads_;
};

}  // namespace gatepost::engine
