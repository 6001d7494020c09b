#include "gatepost/engine/limiter_registry.hpp"

#include <gtest/gtest.h>

namespace gatepost::engine {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class Registry : public testing::Test {
 protected:
  const std::shared_ptr<TurnedClock> clock_ = std::make_shared<TurnedClock>();
  LimiterRegistry registry_{clock_};
  const AccountKey ivan_{"smtp.example.com", 465, "ivan"};
  const std::vector<Limit> one_a_minute_ = {{1, minutes(1)}};
};

TEST_F(Registry, OneAccountWithTheSameLimitsHasOneLimiter) {
  const std::vector<Limit> limits = {{1, minutes(1)}, {5, minutes(60)}};
  const std::vector<Limit> the_same = {{5, minutes(60)}, {1, minutes(1)}};
  const auto limiter = registry_.limiter(ivan_, limits);
  EXPECT_EQ(registry_.limiter(ivan_, the_same), limiter);
  EXPECT_EQ(registry_.limiter({"SMTP.Example.COM.", 465, "ivan"}, limits), limiter);
}

TEST_F(Registry, WhatWasSentCountsAfterItsSenderHasGone) {
  EXPECT_TRUE(registry_.limiter(ivan_, one_a_minute_)->take());
  EXPECT_FALSE(registry_.limiter(ivan_, one_a_minute_)->take());
  clock_->advance(minutes(1));
  EXPECT_TRUE(registry_.limiter(ivan_, one_a_minute_)->take());
}

TEST_F(Registry, OtherLimitsOfOneAccountCountTheSameLetters) {
  EXPECT_TRUE(registry_.limiter(ivan_, one_a_minute_)->take());
  EXPECT_EQ(registry_.limiter(ivan_, {{3, minutes(1)}})->left(), 2U);
}

TEST_F(Registry, AnotherHostPortOrLoginIsAnotherAccount) {
  EXPECT_TRUE(registry_.limiter(ivan_, one_a_minute_)->take());
  EXPECT_TRUE(registry_.limiter({"smtp.example.org", 465, "ivan"}, one_a_minute_)->take());
  EXPECT_TRUE(registry_.limiter({"smtp.example.com", 587, "ivan"}, one_a_minute_)->take());
  EXPECT_TRUE(registry_.limiter({"smtp.example.com", 465, "Ivan"}, one_a_minute_)->take());
}

TEST_F(Registry, AccountsWhoseLettersCountNoMoreAreForgotten) {
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(registry_.limiter({"mx" + std::to_string(i) + ".example.com", 25, ""}, one_a_minute_)->take());
    clock_->advance(seconds(10));
  }
  EXPECT_LT(registry_.size(), 50U);
}

TEST_F(Registry, AnAccountInUseIsNotForgotten) {
  const auto used = registry_.limiter(ivan_, one_a_minute_);
  for (int i = 0; i < 100; ++i) registry_.limiter({"mx" + std::to_string(i) + ".example.com", 25, ""}, one_a_minute_);
  EXPECT_EQ(registry_.limiter(ivan_, one_a_minute_), used);
}

TEST(ProcessRegistry, IsOne) {
  const AccountKey key{"one.invalid", 25, "x"};
  const auto limiter = LimiterRegistry::process().limiter(key, {{1, minutes(1)}});
  EXPECT_EQ(LimiterRegistry::process().limiter(key, {{1, minutes(1)}}), limiter);
}

}  // namespace
}  // namespace gatepost::engine
