#pragma once
#include <chrono>
#include <utility>

#include "gatepost/net/asio.hpp"

namespace gatepost::net {

/// A deadline that moves with every step of a conversation. Moving it later costs one look at the clock: the timer
/// beneath is set anew only when it fires or when the deadline moves before it.
class DeadlineTimer {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit DeadlineTimer(const Executor& executor) : timer_(executor) {}

  /// `on_expiry` is called once when the deadline has passed, and keeps alive what it captures while the timer runs.
  template <class OnExpiry>
  void arm(std::chrono::milliseconds after, OnExpiry on_expiry) {
    deadline_ = std::chrono::steady_clock::now() + after;
    if (!running_ || deadline_ < timer_.expiry()) start(std::move(on_expiry));
  }
  void disarm() { deadline_ = Time::max(); }
  void cancel() {
    disarm();
    timer_.cancel();
  }

 private:
  template <class OnExpiry>
  void start(OnExpiry on_expiry) {
    running_ = true;
    const auto turn = ++turn_;
    timer_.expires_at(deadline_);
    timer_.async_wait([this, turn, on_expiry](const boost::system::error_code& error) mutable {
      if (turn != turn_) return;  // set anew meanwhile
      running_ = false;
      if (error || deadline_ == Time::max()) return;
      if (std::chrono::steady_clock::now() < deadline_) {
        start(std::move(on_expiry));
      } else {
        disarm();
        on_expiry();
      }
    });
  }

  Timer timer_;
  Time deadline_ = Time::max();
  unsigned turn_ = 0;
  bool running_ = false;
};

}  // namespace gatepost::net
