#include "gatepost/engine/limits.hpp"

#include <gtest/gtest.h>

#include <random>

namespace gatepost::engine {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(Limiter, WithoutLimitsEveryLetterMayGo) {
  Limiter limiter({});
  EXPECT_EQ(limiter.left({}), std::nullopt);
  EXPECT_TRUE(limiter.take({}));
  EXPECT_EQ(limiter.next_free({}), std::nullopt);
}

TEST(Limiter, AfterTheLastTokenTheNextComesFreeWhenTheOldestLeavesTheWindow) {
  ManualClock clock;
  Limiter limiter({{2, seconds(60)}});
  const auto start = clock.now();
  ASSERT_TRUE(limiter.take(clock.now()));
  clock.advance(seconds(10));
  ASSERT_TRUE(limiter.take(clock.now()));
  EXPECT_FALSE(limiter.take(clock.now()));
  EXPECT_EQ(limiter.left(clock.now()), 0U);
  EXPECT_EQ(limiter.next_free(clock.now()), start + seconds(60));
  clock.advance(seconds(50));
  EXPECT_EQ(limiter.left(clock.now()), 1U);
}

TEST(Limiter, OfSeveralLimitsTheTightestDecides) {
  ManualClock clock;
  Limiter limiter({{10, hours(1)}, {3, hours(24)}});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(limiter.take(clock.now()));
  clock.advance(hours(2));
  EXPECT_EQ(limiter.left(clock.now()), 0U);
  EXPECT_EQ(limiter.next_free(clock.now()), clock.now() + hours(22));
}

TEST(Limiter, LettersOfAnEarlierProcessCount) {
  ManualClock clock;
  Limiter limiter({{2, hours(1)}});
  limiter.remember(clock.now() - minutes(30));
  limiter.remember(clock.now() - minutes(90));
  EXPECT_EQ(limiter.left(clock.now()), 1U);
}

TEST(Limiter, RandomArrivalsNeverPutMoreThanTheLimitIntoAnyWindow) {
  ManualClock clock;
  Limiter limiter({{5, seconds(10)}});
  std::mt19937 random(7);
  std::deque<TimePoint> sent;
  for (int i = 0; i < 5000; ++i) {
    clock.advance(std::chrono::milliseconds(random() % 1500));
    if (!limiter.take(clock.now())) continue;
    sent.push_back(clock.now());
    if (sent.size() > 5) {
      ASSERT_GE(sent.back() - sent[sent.size() - 6], Duration(seconds(10)));
    }
  }
  EXPECT_GT(sent.size(), 1000U);
}

}  // namespace
}  // namespace gatepost::engine
