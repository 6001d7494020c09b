// Never more than a limit in any window: over threads, lanes and engines, by the server's clock.
#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "gatepost/engine/account_limiter.hpp"
#include "gatepost/engine/limiter_registry.hpp"
#include "server.hpp"

namespace gatepost::engine {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// The moments at which a server counted a letter.
class Counted {
 public:
  explicit Counted(const MonotonicClock& clock) : clock_(clock) {}

  void one() {
    const std::lock_guard lock(mutex_);
    at_.push_back(clock_.now());
  }
  std::size_t size() const { return at_.size(); }
  /// More than `most` letters in some window: `most + 1` that follow each other are less than a window apart.
  bool breaks(const Limit& limit) const {
    for (std::size_t i = limit.most; i < at_.size(); ++i) {
      if (at_[i] - at_[i - limit.most] < limit.window) return true;
    }
    return false;
  }

 private:
  const MonotonicClock& clock_;
  std::mutex mutex_;
  std::vector<Instant> at_;  // ascending: the clock is read under the lock
};

TEST(LimitsInAnyWindow, HoldForThreadsThatSendAtRandom) {
  const std::vector<Limit> limits = {{5, seconds(10)}, {40, seconds(200)}};
  for (const unsigned seed : {1U, 2U, 3U}) {
    const auto clock = std::make_shared<TurnedClock>();
    LimiterRegistry registry(clock);
    Counted server(*clock);
    std::vector<std::thread> threads;
    for (unsigned number = 0; number < 6; ++number) {
      threads.emplace_back([&, number] {
        std::mt19937 random(seed * 100 + number);
        for (int i = 0; i < 4000; ++i) {
          // Senders come and go.
          const auto limiter =
              std::make_shared<AccountLimiter>(limits, registry.usage({"smtp.example.com", 465, "ivan"}));
          const auto pass = [&] { clock->advance(milliseconds(random() % 400)); };
          pass();
          auto token = limiter->take();
          if (!token) continue;
          pass();
          if (random() % 4 == 0) {
            token->give_back();
            continue;
          }
          server.one();
          pass();
          token->ended();
        }
      });
    }
    for (auto& thread : threads) thread.join();
    for (const auto& limit : limits) EXPECT_FALSE(server.breaks(limit));
    EXPECT_GT(server.size(), 200U);
  }
}

TEST(LimitsInAnyWindow, HoldForLanesOfSeveralEngines) {
  const std::vector<Limit> limits = {{4, seconds(60)}, {20, seconds(600)}};
  const auto clock = std::make_shared<TurnedClock>();
  LimiterRegistry registry(clock);
  const auto limiter = std::make_shared<AccountLimiter>(limits, registry.usage({"127.0.0.1", 25, "ivan"}));
  Counted counted(*clock);
  Server server;
  std::mt19937 random(7);
  server.on_data_end = [&] {
    clock->advance(milliseconds(random() % 3000));
    counted.one();
    clock->advance(milliseconds(random() % 3000));
    return smtp::Verdict{};
  };
  constexpr std::size_t lanes = 6;
  constexpr std::size_t letters = 15;
  const auto queue = std::make_shared<OutcomeQueue>();
  std::vector<std::unique_ptr<Engine>> engines;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    if (lane % 2 == 0) engines.push_back(std::make_unique<Engine>());
    auto options = lane_to(server.port());
    options.limiter = limiter;
    auto some = jobs(letters);
    for (auto& job : some) job.ticket += lane * letters;
    auto& engine = *engines.back();
    engine.submit(engine.add_lane(std::move(options)), std::move(some), queue);
  }
  std::size_t accepted = 0;
  for (int turns = 0; accepted < lanes * letters && turns < 100'000; ++turns) {
    queue->wait_for(milliseconds(1));
    for (const auto& outcome : queue->drain(1000)) accepted += outcome.letter.recipients.at(0).accepted ? 1 : 0;
    if (limiter->hold()) clock->advance(seconds(1));
    limiter->usage()->wake_waiters();  // their timers go by another clock
  }
  EXPECT_EQ(accepted, lanes * letters);
  EXPECT_EQ(counted.size(), lanes * letters);
  for (const auto& limit : limits) EXPECT_FALSE(counted.breaks(limit));
}

}  // namespace
}  // namespace gatepost::engine
