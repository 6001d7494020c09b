#pragma once
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gatepost/engine/engine.hpp"
#include "gatepost/net/io_thread.hpp"
#include "gatepost/net/listener.hpp"

namespace gatepost::engine {

/// A server on loopback whose answers a test scripts through `decide`.
class Server final : public smtp::ServerHandler {
 public:
  explicit Server(smtp::ServerOptions session = {}) {
    net::ListenOptions options;
    options.session = std::move(session);
    run([&] { listener_ = *net::Listener::open(io_.context(), options, *this); });
  }
  ~Server() override {
    run([&] { listener_->close(); });
    listener_.reset();
  }

  std::uint16_t port() const { return listener_->port(); }
  std::size_t connections() const { return connections_; }
  std::size_t letters() const { return letters_; }
  std::vector<std::string> recipients() {
    const std::lock_guard lock(mutex_);
    return recipients_;
  }
  bool keeps_letters = false;
  std::vector<std::string> stored() {
    const std::lock_guard lock(mutex_);
    return stored_;
  }
  std::function<smtp::Verdict(std::string_view rcpt)> decide = [](std::string_view) { return smtp::Verdict{}; };
  std::function<smtp::Verdict()> greet = [] { return smtp::Verdict{}; };
  std::function<smtp::Verdict()> on_data_end = [] { return smtp::Verdict{}; };

  smtp::Verdict on_connect(const smtp::ServerPeer&) override {
    ++connections_;
    return greet();
  }
  std::string good_token;

  smtp::Verdict on_auth(const smtp::ServerPeer&, const smtp::AuthAttempt& attempt) override {
    if (!good_token.empty() && attempt.token == good_token) return {};
    return {smtp::Verdict::Action::refuse, "535 5.7.8 Authentication credentials invalid", {}};
  }
  smtp::Verdict on_rcpt(const smtp::ServerPeer&, const smtp::ServerEnvelope&,
                        const smtp::ServerRecipient& recipient) override {
    const auto& rcpt = recipient.address;
    return decide(rcpt);
  }
  smtp::Verdict on_letter(const smtp::ServerPeer&, smtp::ServerEnvelope&& envelope, std::string&& letter,
                          std::string_view) override {
    ++letters_;
    const std::lock_guard lock(mutex_);
    if (keeps_letters) stored_.push_back(std::move(letter));
    recipients_.insert(recipients_.end(), envelope.rcpt_to.begin(), envelope.rcpt_to.end());
    return on_data_end();
  }

 private:
  template <class Work>
  void run(Work work) {
    std::promise<void> done;
    boost::asio::post(io_.context(), [&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }

  std::mutex mutex_;
  std::vector<std::string> recipients_;
  std::vector<std::string> stored_;
  std::atomic<std::size_t> connections_{0};
  std::atomic<std::size_t> letters_{0};
  std::shared_ptr<net::Listener> listener_;
  net::IoThread io_;
};

inline LaneOptions lane_to(std::uint16_t port) {
  LaneOptions options;
  options.name = "test";
  options.connect.targets = {{"127.0.0.1", port}};
  options.connect.session.security = smtp::Security::none;
  options.max_connections = 2;
  return options;
}

inline std::shared_ptr<AccountLimiter> limiter_of(Limit limit) {
  return std::make_shared<AccountLimiter>(std::vector<Limit>{limit});
}

inline std::vector<Job> jobs(std::uint64_t count, const std::string& prefix = "r") {
  std::vector<Job> made;
  for (std::uint64_t i = 0; i < count; ++i) {
    made.push_back({i,
                    "from@example.com",
                    {prefix + std::to_string(i) + "@example.com"},
                    false,
                    Prebuilt{std::make_shared<const std::string>("Subject: x\r\n\r\nhello\r\n")}});
  }
  return made;
}

inline std::map<std::uint64_t, Outcome> collect(OutcomeQueue& queue, std::size_t count) {
  std::map<std::uint64_t, Outcome> found;
  while (found.size() < count && queue.wait_for(std::chrono::seconds(20))) {
    for (auto& outcome : queue.drain(1000)) {
      const auto ticket = outcome.ticket;
      EXPECT_TRUE(found.emplace(ticket, std::move(outcome)).second) << "two outcomes for ticket " << ticket;
    }
  }
  EXPECT_EQ(found.size(), count);
  return found;
}

inline const codes::Failure& failure_of(const Outcome& outcome) {
  return outcome.letter.recipients.at(0).failure.value();
}

}  // namespace gatepost::engine
