#include "gatepost/net/io_thread.hpp"

#include <boost/asio/io_context.hpp>

namespace gatepost::net {

IoThread::IoThread() : work_(boost::asio::make_work_guard(context_)), thread_([this] { context_.run(); }) {}

IoThread::~IoThread() { stop(); }

void IoThread::stop() {
  context_.stop();
  if (thread_.joinable()) thread_.join();
}

}  // namespace gatepost::net
