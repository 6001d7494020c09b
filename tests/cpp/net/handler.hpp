#pragma once
#include <atomic>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <future>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "gatepost/net/listener.hpp"
#include "owner.hpp"

namespace gatepost::net {

/// Accepts everything and keeps the letters.
class Handler final : public smtp::ServerHandler {
 public:
  smtp::Verdict on_connect(const smtp::ServerPeer&) override {
    ++calls;
    return {};
  }
  smtp::Verdict on_letter(const smtp::ServerPeer& peer, smtp::ServerEnvelope&&, std::string&& data,
                          std::string_view) override {
    ++calls;
    const std::lock_guard lock(mutex_);
    letters_.push_back(std::move(data));
    tls_ = peer.tls.has_value();
    return {};
  }
  void on_closed(const smtp::ServerPeer&, std::string_view, std::string_view reason,
                 const std::vector<std::string>&) override {
    ++calls;
    const std::lock_guard lock(mutex_);
    ends_.emplace_back(reason);
    changed_.notify_all();
  }

  std::vector<std::string> letters() {
    const std::lock_guard lock(mutex_);
    return letters_;
  }
  bool tls() {
    const std::lock_guard lock(mutex_);
    return tls_;
  }
  std::vector<std::string> wait_for_ends(std::size_t count) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, patience, [&] { return ends_.size() >= count; })) throw std::runtime_error("no end");
    return ends_;
  }
  std::atomic<int> calls{0};

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> letters_;
  std::vector<std::string> ends_;
  bool tls_ = false;
};

/// A listener on loopback with its thread, closed at the end.
class Server {
 public:
  explicit Server(ListenOptions options = {}) {
    auto opened = Listener::open(thread_.context(), std::move(options), handler);
    if (!opened) throw std::runtime_error(opened.error());
    listener_ = *opened;
  }
  ~Server() { close(); }
  void close() {
    std::promise<void> done;
    boost::asio::post(thread_.context(), [&] {
      listener_->close();
      done.set_value();
    });
    done.get_future().wait();
  }
  std::uint16_t port() const { return listener_->port(); }

  Handler handler;

 private:
  IoThread thread_;
  std::shared_ptr<Listener> listener_;
};

}  // namespace gatepost::net
