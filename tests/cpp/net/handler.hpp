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
  std::chrono::milliseconds greeting_delay{0};  // set before anybody connects, as put_off
  bool put_off = false;

  smtp::Verdict on_connect(const smtp::ServerPeer&) override {
    ++calls;
    return {smtp::Verdict::Action::accept, {}, greeting_delay};
  }
  smtp::Verdict on_letter(const smtp::ServerPeer& peer, smtp::ServerEnvelope&&, std::string&& data,
                          std::string_view) override {
    ++calls;
    const std::lock_guard lock(mutex_);
    letters_.push_back(std::move(data));
    peer_ = peer;
    changed_.notify_all();
    return {put_off ? smtp::Verdict::Action::later : smtp::Verdict::Action::accept, {}, {}};
  }
  void on_closed(const smtp::ServerPeer&, std::string_view, std::string_view reason,
                 const std::vector<std::string>& broken) override {
    ++calls;
    const std::lock_guard lock(mutex_);
    ends_.emplace_back(reason);
    warnings_ = broken;
    changed_.notify_all();
  }

  std::vector<std::string> letters() {
    const std::lock_guard lock(mutex_);
    return letters_;
  }
  /// Of the connection that ended last.
  std::vector<std::string> warnings() {
    const std::lock_guard lock(mutex_);
    return warnings_;
  }
  bool tls() { return facts().has_value(); }
  /// Of the connection that brought the last letter.
  std::optional<smtp::TlsFacts> facts() {
    const std::lock_guard lock(mutex_);
    return peer_.tls;
  }
  /// Waits for a letter; the session that brought the last one.
  std::uint64_t wait_for_letter() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, patience, [&] { return !letters_.empty(); })) throw std::runtime_error("no letter");
    return peer_.session_id;
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
  std::vector<std::string> warnings_;
  smtp::ServerPeer peer_;
};

/// A listener on loopback with its thread, closed at the end.
class Server {
 public:
  explicit Server(ListenOptions options = {}) {
    auto opened = Listener::open(thread_.context(), std::move(options), handler);
    if (!opened) throw std::runtime_error(opened.error().message);
    listener_ = *opened;
  }
  ~Server() { close(); }
  void close() {
    on_thread([](Listener& listener) { listener.close(); });
  }
  /// Runs it where the listener lives, and waits for it.
  template <class Work>
  void on_thread(const Work& work) {
    std::promise<void> done;
    boost::asio::post(thread_.context(), [&] {
      work(*listener_);
      done.set_value();
    });
    done.get_future().wait();
  }
  /// Until everybody who was connected has left, and has been seen to leave.
  void wait_until_empty() {
    const auto end = std::chrono::steady_clock::now() + patience;
    for (std::size_t left = 1; left > 0;) {
      left = 0;
      on_thread([&](Listener& listener) { listener.for_each_session([&](const smtp::ServerSession&) { ++left; }); });
      if (std::chrono::steady_clock::now() > end) throw std::runtime_error("somebody stays");
    }
  }
  std::uint16_t port() const { return listener_->port(); }

  Handler handler;

 private:
  IoThread thread_;
  std::shared_ptr<Listener> listener_;
};

/// Of a client of `server`, without TLS.
inline ConnectOptions plain(const Server& server) {
  ConnectOptions options;
  options.targets = {{"127.0.0.1", server.port()}};
  options.session.security = smtp::Security::none;
  return options;
}

}  // namespace gatepost::net
