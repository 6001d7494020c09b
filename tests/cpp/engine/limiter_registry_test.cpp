#include "gatepost/engine/limiter_registry.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatepost/engine/account_limiter.hpp"

namespace gatepost::engine {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class Registry : public testing::Test {
 protected:
  std::shared_ptr<AccountLimiter> limiter(AccountKey key, std::vector<Limit> limits) {
    return std::make_shared<AccountLimiter>(std::move(limits), registry_.usage(std::move(key)));
  }

  const std::shared_ptr<TurnedClock> clock_ = std::make_shared<TurnedClock>();
  LimiterRegistry registry_{clock_};
  const AccountKey ivan_{"smtp.example.com", 465, "ivan"};
  const std::vector<Limit> one_a_minute_ = {{1, minutes(1)}};
};

TEST_F(Registry, OneAccountIsKnownByOneSpelling) {
  const auto usage = registry_.usage(ivan_);
  EXPECT_EQ(registry_.usage({"SMTP.Example.COM.", 465, "ivan"}), usage);
  const auto post = registry_.usage({"почта.рф", 465, "ivan"});
  EXPECT_EQ(registry_.usage({"ПОЧТА.рф", 465, "ivan"}), post);
  EXPECT_EQ(registry_.usage({"XN--80A1ACNY.xn--p1ai", 465, "ivan"}), post);
}

TEST_F(Registry, WhatWasSentCountsAfterItsSenderHasGone) {
  EXPECT_TRUE(limiter(ivan_, one_a_minute_)->take());
  EXPECT_FALSE(limiter(ivan_, one_a_minute_)->take());
  clock_->advance(minutes(1));
  EXPECT_TRUE(limiter(ivan_, one_a_minute_)->take());
}

TEST_F(Registry, OtherLimitsOfOneAccountCountTheSameLettersAndHoldForAllWhileTheyLive) {
  const auto three = limiter(ivan_, {{3, minutes(1)}});
  const auto none = limiter(ivan_, {});
  auto two = limiter(ivan_, {{2, minutes(1)}});
  EXPECT_TRUE(none->take());
  EXPECT_EQ(three->left(), 1U);
  EXPECT_EQ(none->left(), 1U);
  two.reset();
  EXPECT_EQ(three->left(), 2U);
  EXPECT_EQ(none->left(), 2U);
}

TEST_F(Registry, AnotherHostPortOrLoginIsAnotherAccount) {
  EXPECT_TRUE(limiter(ivan_, one_a_minute_)->take());
  EXPECT_TRUE(limiter({"smtp.example.org", 465, "ivan"}, one_a_minute_)->take());
  EXPECT_TRUE(limiter({"smtp.example.com", 587, "ivan"}, one_a_minute_)->take());
  EXPECT_TRUE(limiter({"smtp.example.com", 465, "Ivan"}, one_a_minute_)->take());
}

TEST_F(Registry, AccountsWhoseLettersCountNoMoreAreForgotten) {
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(limiter({"mx" + std::to_string(i) + ".example.com", 25, ""}, one_a_minute_)->take());
    clock_->advance(seconds(10));
  }
  EXPECT_LT(registry_.size(), 50U);
}

TEST_F(Registry, AnAccountInUseIsNotForgotten) {
  const auto used = limiter(ivan_, one_a_minute_);
  for (int i = 0; i < 100; ++i) limiter({"mx" + std::to_string(i) + ".example.com", 25, ""}, one_a_minute_);
  EXPECT_EQ(registry_.usage(ivan_), used->usage());
}

TEST(ProcessRegistry, IsOne) {
  const AccountKey key{"one.invalid", 25, "x"};
  const auto usage = LimiterRegistry::process().usage(key);
  EXPECT_EQ(LimiterRegistry::process().usage(key), usage);
}

TEST(ProcessRegistry, AChildHasOneOfItsOwn) {
  const AccountKey key{"forked.invalid", 25, "x"};
  const auto usage = LimiterRegistry::process().usage(key);
  const auto child = ::fork();
  if (child == 0) ::_exit(LimiterRegistry::process().usage(key) == usage ? 1 : 0);
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace gatepost::engine
