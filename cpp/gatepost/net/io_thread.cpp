#include "gatepost/net/io_thread.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace gatepost::net {

IoThread::IoThread() : work_(boost::asio::make_work_guard(context_)), thread_([this] { run(); }) {
  Standstill::process().add(*this);
}

IoThread::~IoThread() { stop(); }

void IoThread::run() {
  for (;;) {
    try {
      context_.run();
      return;
    } catch (...) {
      // Whoever gave the handler has seen to what it held where that was possible: see `guarded`.
      continue;
    }
  }
}

void IoThread::post(std::function<void()> work) { boost::asio::post(context_, std::move(work)); }

void IoThread::stop() {
  if (!thread_.joinable()) return;
  Standstill::process().remove(*this);
  context_.stop();
  thread_.join();
}

}  // namespace gatepost::net
