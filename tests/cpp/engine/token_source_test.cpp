// Tokens of an account that several processes share.
#include "gatepost/engine/token_source.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <future>
#include <random>
#include <thread>

#include "server.hpp"

namespace gatepost::engine {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const Limit ten_an_hour{10, hours(1)};

/// Writes down what it is asked and told.
struct Notes final : TokenSource {
  void ask(std::uint32_t wanted) override {
    asked.push_back(wanted);
    if (answer) limiter->grant(*answer);
  }
  void ended() override { ++letters; }
  void give_back(std::uint32_t tokens) override { returned += tokens; }

  AccountLimiter* limiter = nullptr;
  std::optional<Grant> answer;  ///< nullopt: it comes later
  std::vector<std::uint32_t> asked;
  std::uint32_t letters = 0;
  std::uint32_t returned = 0;
};

class Reserved : public testing::Test {
 protected:
  Reserved() {
    source_->limiter = limiter_.get();
    limiter_->set_source(source_);
  }
  ~Reserved() override { limiter_->set_source(nullptr); }

  const std::shared_ptr<TurnedClock> clock_ = std::make_shared<TurnedClock>();
  const std::shared_ptr<AccountLimiter> limiter_ =
      std::make_shared<AccountLimiter>(std::vector<Limit>{ten_an_hour}, std::make_shared<AccountUsage>(clock_));
  const std::shared_ptr<Notes> source_ = std::make_shared<Notes>();
};

TEST_F(Reserved, AsManyAreAskedForAsLettersWaitAndTheLimitsLetGo) {
  source_->answer = {1, minutes(1)};
  EXPECT_TRUE(limiter_->take(3));
  EXPECT_TRUE(limiter_->take(500));
  EXPECT_EQ(source_->asked, (std::vector<std::uint32_t>{3, 9}));
}

TEST_F(Reserved, NothingIsAskedWhileThereAreSome) {
  source_->answer = {4, minutes(1)};
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(limiter_->take(4));
  EXPECT_EQ(source_->asked.size(), 1U);
  EXPECT_EQ(source_->letters, 4U);
}

TEST_F(Reserved, AnAnswerThatComesLaterWakesWhoWaits) {
  int woken = 0;
  TokenWaiter waiter(limiter_->usage(), [&] { ++woken; });
  const auto refused = limiter_->take(2, &waiter);
  ASSERT_FALSE(refused);
  EXPECT_FALSE(refused.error().wait);
  EXPECT_FALSE(limiter_->take(2, &waiter));
  EXPECT_EQ(source_->asked.size(), 1U) << "one question at a time";
  limiter_->grant({2, minutes(1)});
  EXPECT_EQ(woken, 1);
  EXPECT_TRUE(limiter_->take(2, &waiter));
}

TEST_F(Reserved, WhereOthersHaveThemAllTheHoldNamesTheirLimitAndItsEnd) {
  const Limit of_all{100, hours(24)};
  source_->answer = {0, {}, {of_all, minutes(5)}};
  EXPECT_FALSE(limiter_->hold()) << "asking has not been tried";
  const auto refused = limiter_->take();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().limit, of_all);
  EXPECT_EQ(refused.error().wait, minutes(5));
  EXPECT_EQ(limiter_->left(), 0U);
  EXPECT_EQ(limiter_->hold()->wait, minutes(5));
  EXPECT_EQ(source_->asked.size(), 1U);
  clock_->advance(minutes(5));
  source_->answer = {1, minutes(1)};
  EXPECT_TRUE(limiter_->take());
}

TEST_F(Reserved, WhatIsNotUsedGoesBack) {
  source_->answer = {5, minutes(1)};
  EXPECT_TRUE(limiter_->take(5));
  limiter_->return_reserved();
  EXPECT_EQ(source_->returned, 4U);
  limiter_->return_reserved();
  EXPECT_EQ(source_->returned, 4U);
}

TEST_F(Reserved, ATokenOfALetterThatDidNotBeginServesTheNext) {
  source_->answer = {1, minutes(1)};
  limiter_->take()->give_back();
  EXPECT_TRUE(limiter_->take());
  EXPECT_EQ(source_->asked.size(), 1U);
  EXPECT_EQ(source_->letters, 1U);
}

TEST_F(Reserved, NoLetterBeginsWithATokenWhoseTimeIsOver) {
  source_->answer = {2, minutes(1)};
  auto in_flight = *limiter_->take(2);
  clock_->advance(minutes(1));
  source_->answer.reset();
  EXPECT_FALSE(limiter_->take(2));
  EXPECT_EQ(source_->asked.size(), 2U);
  in_flight.give_back();
  limiter_->return_reserved();
  EXPECT_EQ(source_->returned, 0U) << "the source has ended them itself";
}

TEST_F(Reserved, OwnLimitsHoldToo) {
  source_->answer = {100, minutes(1)};
  for (std::uint32_t i = 0; i < ten_an_hour.most; ++i) EXPECT_TRUE(limiter_->take());
  EXPECT_FALSE(limiter_->take());
}

TEST_F(Reserved, ACancelledLetterLeavesItsTokenToOtherProcesses) {
  Server server;
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  std::promise<void> at_the_end;
  std::promise<void> go_on;
  server.on_data_end = [&, end = go_on.get_future().share()] {
    at_the_end.set_value();
    end.wait();
    return smtp::Verdict{};
  };
  source_->answer = {3, minutes(1)};
  auto options = lane_to(server.port());
  options.max_connections = 1;
  options.limiter = limiter_;
  engine.submit(engine.add_lane(options), jobs(3), queue);
  at_the_end.get_future().wait();
  engine.cancel(queue);
  EXPECT_EQ(source_->returned, 2U);
  go_on.set_value();
  collect(*queue, 3);
  EXPECT_EQ(source_->letters, 1U);
}

/// A store that several processes share: what is reserved counts until it is told what became of it.
class Store {
 public:
  Store(Limit limit, const MonotonicClock& clock) : limit_(limit), clock_(clock) {}

  std::uint32_t reserve(std::uint32_t wanted) {
    const std::lock_guard lock(mutex_);
    const auto since = clock_.now() - limit_.window;
    while (!ended_.empty() && ended_.front() <= since) ended_.pop_front();
    const auto used = reserved_ + static_cast<std::uint32_t>(ended_.size());
    const auto granted = std::min(wanted, limit_.most - std::min(limit_.most, used));
    reserved_ += granted;
    return granted;
  }
  void ended() {
    const std::lock_guard lock(mutex_);
    --reserved_;
    ended_.push_back(clock_.now());
  }
  void give_back(std::uint32_t tokens) {
    const std::lock_guard lock(mutex_);
    reserved_ -= tokens;
  }

 private:
  const Limit limit_;
  const MonotonicClock& clock_;
  std::mutex mutex_;
  std::uint32_t reserved_ = 0;
  std::deque<Instant> ended_;
};

struct Process final : TokenSource {
  explicit Process(Store& shared) : store(shared) {}
  void ask(std::uint32_t wanted) override {
    const auto granted = store.reserve(wanted);
    limiter->grant({granted, hours(1000), {std::nullopt, milliseconds(100)}});
  }
  void ended() override { store.ended(); }
  void give_back(std::uint32_t tokens) override { store.give_back(tokens); }

  Store& store;
  AccountLimiter* limiter = nullptr;
};

TEST(ReservedTokens, ProcessesThatShareThemNeverSendMoreThanTheLimitInAnyWindow) {
  const Limit limit{5, seconds(10)};
  const auto clock = std::make_shared<TurnedClock>();
  Store store(limit, *clock);
  std::mutex mutex;
  std::vector<Instant> counted;
  std::vector<std::thread> threads;
  std::vector<std::shared_ptr<AccountLimiter>> processes;
  for (unsigned number = 0; number < 3; ++number) {
    auto& limiter = processes.emplace_back(
        std::make_shared<AccountLimiter>(std::vector<Limit>{limit}, std::make_shared<AccountUsage>(clock)));
    const auto source = std::make_shared<Process>(store);
    source->limiter = limiter.get();
    limiter->set_source(source);
  }
  for (unsigned number = 0; number < 6; ++number) {
    threads.emplace_back([&, number, limiter = processes[number % 3]] {
      std::mt19937 random(number);
      for (int i = 0; i < 4000; ++i) {
        clock->advance(milliseconds(random() % 300));
        auto token = limiter->take(1 + static_cast<std::uint32_t>(random() % 3));
        if (random() % 8 == 0) limiter->return_reserved();
        if (!token) continue;
        if (random() % 4 == 0) {
          token->give_back();
          continue;
        }
        clock->advance(milliseconds(random() % 300));
        const std::lock_guard lock(mutex);
        counted.push_back(clock->now());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& limiter : processes) limiter->set_source(nullptr);
  EXPECT_GT(counted.size(), 200U);
  for (std::size_t i = limit.most; i < counted.size(); ++i) {
    ASSERT_GE(counted[i] - counted[i - limit.most], limit.window);
  }
  clock->advance(limit.window);
  EXPECT_EQ(store.reserve(100), limit.most) << "all that was not used came back";
}

}  // namespace
}  // namespace gatepost::engine
