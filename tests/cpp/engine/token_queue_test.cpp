#include "gatepost/engine/token_queue.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include "gatepost/engine/account_limiter.hpp"

namespace gatepost::engine {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

class Tokens : public testing::Test {
 protected:
  ~Tokens() override { limiter_->set_source(nullptr); }
  bool readable() const {
    pollfd ready{queue_->event_fd(), POLLIN, 0};
    return ::poll(&ready, 1, 0) == 1;
  }

  const std::shared_ptr<TurnedClock> clock_ = std::make_shared<TurnedClock>();
  const std::shared_ptr<TokenQueue> queue_ = std::make_shared<TokenQueue>(clock_);
  const std::shared_ptr<AccountLimiter> limiter_ =
      std::make_shared<AccountLimiter>(std::vector<Limit>{{100, hours(1)}}, std::make_shared<AccountUsage>(clock_));
};

TEST_F(Tokens, AQuestionWakesWhoWaitsAndIsTakenOnce) {
  EXPECT_FALSE(readable());
  queue_->ask(7);
  EXPECT_TRUE(readable());
  EXPECT_EQ(queue_->take().wanted, 7U);
  EXPECT_FALSE(readable());
  EXPECT_EQ(queue_->take().wanted, 0U);
}

TEST_F(Tokens, WhatComesBackWakesToo) {
  queue_->give_back(1);
  EXPECT_TRUE(readable());
}

TEST_F(Tokens, LettersThatAreOverWakeNobodyAndStandTogetherAsOfTheLastOfATenthOfASecond) {
  queue_->ended();
  clock_->advance(milliseconds(60));
  queue_->ended();
  clock_->advance(milliseconds(60));
  queue_->ended();
  clock_->advance(seconds(1));
  EXPECT_FALSE(readable());
  const auto told = queue_->take().ended;
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].letters, 2U);
  EXPECT_EQ(told[0].ago, milliseconds(1060));
  EXPECT_EQ(told[1].letters, 1U);
  EXPECT_EQ(told[1].ago, seconds(1));
  EXPECT_TRUE(queue_->take().ended.empty());
}

TEST_F(Tokens, ALetterIsToldBeforeItIsNoLongerInFlight) {
  limiter_->set_source(queue_);
  EXPECT_TRUE(limiter_->must_ask());
  EXPECT_FALSE(limiter_->take(3));
  EXPECT_FALSE(limiter_->must_ask()) << "it is being asked";
  limiter_->grant({3, minutes(1)});
  EXPECT_EQ(limiter_->left(), 3U);
  auto sent = *limiter_->take();
  auto never = *limiter_->take();
  EXPECT_EQ(limiter_->held().reserved, 1U);
  EXPECT_EQ(limiter_->held().in_flight, 2U);
  never.give_back();
  sent.ended();
  EXPECT_EQ(limiter_->held().reserved, 2U);
  EXPECT_EQ(limiter_->held().in_flight, 0U);
  EXPECT_EQ(queue_->take().ended.size(), 1U);
}

TEST_F(Tokens, WhatIsReservedIsValidAsLongAsItIsRenewed) {
  limiter_->set_source(queue_);
  limiter_->grant({3, seconds(3)});
  clock_->advance(seconds(2));
  limiter_->renew(seconds(3));
  clock_->advance(seconds(2));
  EXPECT_EQ(limiter_->held().reserved, 3U);
  clock_->advance(seconds(1));
  EXPECT_EQ(limiter_->held().reserved, 0U);
  limiter_->renew(seconds(3));
  EXPECT_EQ(limiter_->held().reserved, 0U) << "the store has taken them back";
}

TEST_F(Tokens, WhereThereAreNoneItIsSaidWhenALetterMayGoAndAskedAgainBefore) {
  limiter_->set_source(queue_);
  TokenSource::Grant none;
  none.hold = {Limit{500, hours(24)}, minutes(5), minutes(4), seconds(1)};
  limiter_->grant(none);
  const auto held = limiter_->hold();
  ASSERT_TRUE(held);
  EXPECT_EQ(held->wait, minutes(5));
  EXPECT_EQ(held->at_least, minutes(4));
  EXPECT_EQ(held->again, seconds(1));
  EXPECT_EQ(limiter_->outlook(1)->limit, (Limit{500, hours(24)}));
  clock_->advance(seconds(1));
  EXPECT_TRUE(limiter_->must_ask());
}

}  // namespace
}  // namespace gatepost::engine
