#include "gatepost/engine/account_limiter.hpp"

#include <gtest/gtest.h>

namespace gatepost::engine {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;

class AccountLimits : public testing::Test {
 protected:
  std::shared_ptr<AccountLimiter> limiter(std::vector<Limit> limits) {
    return std::make_shared<AccountLimiter>(std::move(limits), usage_);
  }
  /// A letter that is over at once.
  static bool send(AccountLimiter& limiter) { return limiter.take().has_value(); }

  const std::shared_ptr<TurnedClock> clock_ = std::make_shared<TurnedClock>();
  const std::shared_ptr<AccountUsage> usage_ = std::make_shared<AccountUsage>(clock_);
};

TEST_F(AccountLimits, WithoutLimitsEveryLetterMayGo) {
  const auto free = limiter({});
  EXPECT_EQ(free->left(), std::nullopt);
  EXPECT_TRUE(send(*free));
  EXPECT_FALSE(free->hold());
  EXPECT_EQ(free->next_free(), std::nullopt);
}

TEST_F(AccountLimits, AfterTheLastTokenTheNextComesFreeWhenTheOldestLeavesTheWindow) {
  const auto two = limiter({{2, seconds(60)}});
  ASSERT_TRUE(send(*two));
  clock_->advance(seconds(10));
  ASSERT_TRUE(send(*two));
  EXPECT_FALSE(send(*two));
  EXPECT_EQ(two->left(), 0U);
  EXPECT_EQ(two->hold()->wait, seconds(50));
  EXPECT_EQ(two->hold()->limit, (Limit{2, seconds(60)}));
  EXPECT_NEAR(to_unix_seconds(*two->next_free()), to_unix_seconds(SystemClock().now()) + 50, 5);
  clock_->advance(seconds(50) - nanoseconds(1));
  EXPECT_EQ(two->left(), 0U);
  clock_->advance(nanoseconds(1));
  EXPECT_EQ(two->left(), 1U);
}

TEST_F(AccountLimits, OfSeveralLimitsTheTightestDecidesAndIsNamed) {
  const auto both = limiter({{10, hours(1)}, {3, hours(24)}});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(send(*both));
  clock_->advance(hours(2));
  EXPECT_EQ(both->left(), 0U);
  EXPECT_EQ(both->hold()->wait, hours(22));
  EXPECT_EQ(both->hold()->limit, (Limit{3, hours(24)}));
}

TEST_F(AccountLimits, ALimitOfNoneLetsNobodyGo) {
  const auto none = limiter({{0, hours(1)}});
  EXPECT_FALSE(send(*none));
  EXPECT_EQ(none->hold()->wait, hours(1));
}

TEST_F(AccountLimits, ALetterInFlightCountsForAWindowFromItsEndOn) {
  const auto one = limiter({{1, seconds(60)}});
  auto token = *one->take();
  EXPECT_EQ(one->hold()->wait, seconds(60));
  clock_->advance(minutes(10));
  EXPECT_FALSE(send(*one)) << "the server may count it just now";
  EXPECT_EQ(one->hold()->wait, seconds(60));
  token.ended();
  clock_->advance(seconds(59));
  EXPECT_FALSE(send(*one));
  clock_->advance(seconds(1));
  EXPECT_TRUE(send(*one));
}

TEST_F(AccountLimits, ATokenThatIsGivenBackIsFreeAtOnce) {
  const auto one = limiter({{1, hours(1)}});
  auto token = *one->take();
  EXPECT_EQ(one->left(), 0U);
  token.give_back();
  EXPECT_EQ(one->left(), 1U);
  token.ended();  // it has been settled
  EXPECT_EQ(one->left(), 1U);
}

TEST_F(AccountLimits, ATokenThatIsDroppedCountsAsSent) {
  const auto one = limiter({{1, hours(1)}});
  { const auto token = *one->take(); }
  EXPECT_EQ(one->left(), 0U);
  EXPECT_EQ(one->hold()->wait, hours(1));
}

TEST_F(AccountLimits, OfSeveralLimitersOfOneAccountTheStrictestHoldsForAllWhileItLives) {
  const auto fast = limiter({{3, minutes(1)}});
  const auto free = limiter({});
  {
    const auto slow = limiter({{1, minutes(1)}});
    ASSERT_TRUE(send(*free));
    EXPECT_FALSE(send(*slow));
    EXPECT_FALSE(send(*fast));
    EXPECT_FALSE(send(*free));
  }
  EXPECT_TRUE(send(*fast));
  EXPECT_TRUE(send(*free));
  EXPECT_FALSE(send(*free));
}

TEST_F(AccountLimits, TheNthLetterGoesWhenSoManyHaveLeftTheWindow) {
  const auto two = limiter({{2, seconds(60)}});
  EXPECT_FALSE(two->outlook(2));
  EXPECT_EQ(two->outlook(3)->wait, seconds(60));
  ASSERT_TRUE(send(*two));
  clock_->advance(seconds(10));
  auto token = *two->take();
  EXPECT_EQ(two->outlook(1)->wait, seconds(50));
  EXPECT_EQ(two->outlook(1)->at_least, seconds(0)) << "the one in flight may come back";
  EXPECT_EQ(two->outlook(2)->wait, seconds(60));
  EXPECT_EQ(two->outlook(2)->at_least, seconds(50));
  EXPECT_EQ(two->outlook(3)->wait, seconds(110));
  EXPECT_EQ(two->outlook(6)->wait, seconds(180));
}

TEST_F(AccountLimits, CountingBeginsWithTheFirstLimitAndReachesAsFarBackAsItsWindow) {
  EXPECT_FALSE(usage_->counting_since());
  const auto now = SystemClock().now();
  const auto minute = limiter({{9, minutes(1)}});
  EXPECT_GE(*usage_->counting_since(), now);
  const auto day = limiter({{9, hours(24)}});
  EXPECT_GE(*usage_->counting_since(), now);
}

TEST_F(AccountLimits, LettersOfAnEarlierProcessCount) {
  const auto two = limiter({{2, hours(1)}});
  const auto now = SystemClock().now();
  two->remember({now - minutes(30), now - minutes(90)});
  EXPECT_EQ(two->left(), 1U);
}

TEST_F(AccountLimits, LettersThatAreToldTwiceCountOnce) {
  const auto five = limiter({{5, hours(1)}});
  const auto at = SystemClock().now() - minutes(30);
  five->remember({at, at});
  five->remember({at - minutes(1), at, at});
  EXPECT_EQ(five->left(), 2U);
  clock_->advance(minutes(31));
  EXPECT_EQ(five->left(), 5U);
}

TEST_F(AccountLimits, LettersOfTheFutureAreOfNow) {
  const auto one = limiter({{1, hours(1)}});
  one->remember({SystemClock().now() + hours(48)});
  EXPECT_EQ(one->hold()->wait, hours(1));
}

class Woken : public AccountLimits {
 protected:
  int times_ = 0;
  TokenWaiter waiter_{usage_, [this] { ++times_; }};
};

TEST_F(Woken, WhoFoundNoneIsWokenOnceWhenATokenComesBack) {
  const auto two = limiter({{2, hours(1)}});
  auto first = *two->take();
  auto second = *two->take();
  EXPECT_FALSE(two->take(1, &waiter_));
  EXPECT_TRUE(two->hold(&waiter_));
  first.give_back();
  second.give_back();
  EXPECT_EQ(times_, 1);
}

TEST_F(Woken, WhoFoundOneIsNotWoken) {
  const auto two = limiter({{2, hours(1)}});
  auto first = *two->take(1, &waiter_);
  first.give_back();
  EXPECT_EQ(times_, 0);
}

TEST_F(Woken, ATokenOfAnotherLimiterOfTheAccountWakesToo) {
  const auto one = limiter({{1, hours(1)}});
  const auto many = limiter({{10, hours(1)}});
  auto token = *many->take();
  EXPECT_FALSE(one->take(1, &waiter_));
  token.give_back();
  EXPECT_EQ(times_, 1);
}

/// Lanes that wait in a line.
class InTurn : public AccountLimits {
 protected:
  TokenWaiter first_{usage_, [] {}};
  TokenWaiter second_{usage_, [this] { ++second_woken_; }};
  TokenWaiter third_{usage_, [] {}};
  int second_woken_ = 0;
};

TEST_F(InTurn, WhoWaitsLongestHasTheTokenAndThenGoesToTheEnd) {
  const auto one = limiter({{1, minutes(1)}});
  ASSERT_TRUE(send(*one));
  EXPECT_EQ(one->take(9, &first_).error().wait, minutes(1));
  EXPECT_EQ(one->take(9, &second_).error().wait, minutes(2)) << "it is the second's turn then";
  clock_->advance(minutes(1));
  EXPECT_FALSE(one->take(9, &second_));
  EXPECT_FALSE(one->take(9, &third_)) << "who comes now comes last";
  EXPECT_TRUE(one->take(9, &first_));
  EXPECT_FALSE(one->take(9, &first_));
  clock_->advance(minutes(1));
  EXPECT_FALSE(one->take(9, &first_));
  EXPECT_FALSE(one->take(9, &third_));
  EXPECT_TRUE(one->take(9, &second_));
}

TEST_F(InTurn, WhoLeavesLetsTheNextMoveUp) {
  const auto one = limiter({{1, minutes(1)}});
  ASSERT_TRUE(send(*one));
  EXPECT_FALSE(one->take(1, &first_));
  EXPECT_FALSE(one->take(1, &second_));
  one->leave(first_);
  EXPECT_EQ(second_woken_, 1);
  EXPECT_EQ(one->take(1, &second_).error().wait, minutes(1));
}

TEST_F(InTurn, TokensForAllAreForAllWhateverTheirTurn) {
  const auto two = limiter({{2, minutes(1)}});
  ASSERT_TRUE(send(*two));
  ASSERT_TRUE(send(*two));
  EXPECT_FALSE(two->take(1, &first_));
  EXPECT_FALSE(two->take(1, &second_));
  clock_->advance(minutes(1));
  EXPECT_TRUE(two->take(1, &second_));
  EXPECT_FALSE(two->take(1, &third_));
  EXPECT_TRUE(two->take(1, &first_));
}

}  // namespace
}  // namespace gatepost::engine
