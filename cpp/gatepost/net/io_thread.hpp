#pragma once
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>

#include "gatepost/core/standstill.hpp"

namespace gatepost::net {

/// One io_context run by one thread of its own. Everything that a module keeps on it needs no lock. A handler that
/// throws ends by that; the others go on.
class IoThread final : private Crew {
 public:
  IoThread();
  ~IoThread();  ///< stop(), and the context is gone: what lives on it must be gone before
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  boost::asio::io_context& context() { return context_; }
  /// Joins the thread: no handler runs afterwards. The context stays. Not from the thread itself.
  void stop();

 private:
  void run();
  std::size_t count() const override { return 1; }
  void post(std::function<void()> work) override;

  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
};

}  // namespace gatepost::net
