#include "gatepost/engine/knocking.hpp"

#include <gtest/gtest.h>

namespace gatepost::engine {
namespace {

using codes::Category;
using codes::Phase;
using namespace std::chrono_literals;

const Knocking::Instant start = Knocking::Instant() + 1h;

codes::Failure failure(Category category, Phase phase) { return codes::local_failure(category, phase, "x"); }

/// When a server that refuses every time is asked again, from the first refusal on.
std::vector<std::chrono::milliseconds> tries(Knocking& knocking, const codes::Failure& why) {
  std::vector<std::chrono::milliseconds> found;
  auto now = start;
  while (const auto next = knocking.again(why, now)) {
    now = *next;
    found.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(now - start));
  }
  return found;
}

TEST(Knocking, AServerThatHasServedJustNowIsAskedForAMinute) {
  Knocking knocking(60s);
  knocking.served(start - 10s);
  const auto found = tries(knocking, failure(Category::service_unavailable, Phase::greeting));
  EXPECT_EQ(found, (std::vector{250ms, 750ms, 1750ms, 3750ms, 7750ms, 15750ms, 31750ms, 60000ms}));
}

TEST(Knocking, NoLongerThanTheAccountGivesAServerToGreet) {
  Knocking knocking(1s);
  knocking.served(start - 10s);
  EXPECT_EQ(tries(knocking, failure(Category::service_unavailable, Phase::greeting)).back(), 1s);
}

TEST(Knocking, WhereNobodyListensTwoSecondsAreEnough) {
  Knocking knocking(60s);
  knocking.served(start - 10s);
  EXPECT_EQ(tries(knocking, failure(Category::connect_failed, Phase::connect)).back(), 2s);
}

TEST(Knocking, AServerThatHasNotServedIsNotAskedAgain) {
  Knocking knocking(60s);
  EXPECT_FALSE(knocking.again(failure(Category::service_unavailable, Phase::greeting), start));
  EXPECT_FALSE(knocking.again(failure(Category::connect_failed, Phase::connect), start));
  knocking.served(start - 61s);
  EXPECT_FALSE(knocking.again(failure(Category::service_unavailable, Phase::greeting), start));
}

TEST(Knocking, APlaceAmongTooManyConnectionsIsWaitedForTenSeconds) {
  Knocking knocking(60s);
  EXPECT_EQ(tries(knocking, failure(Category::too_many_connections, Phase::greeting)).back(), 10s);
}

TEST(Knocking, AHangUpOnTheFirstLetterIsTriedOnceMoreAtOnce) {
  Knocking knocking(60s);
  EXPECT_EQ(tries(knocking, failure(Category::connection_lost, Phase::mail)), std::vector{0ms});
}

TEST(Knocking, WhatTimedOutOrIsPermanentIsNotTriedAgain) {
  Knocking knocking(60s);
  knocking.served(start);
  auto silent = failure(Category::connection_lost, Phase::greeting);
  silent.timed_out = true;
  EXPECT_FALSE(knocking.again(silent, start));
  EXPECT_FALSE(knocking.again(failure(Category::ip_blocked, Phase::greeting), start));
}

TEST(Knocking, ALetterThatIsTakenEndsTheWaiting) {
  Knocking knocking(60s);
  knocking.served(start);
  knocking.again(failure(Category::service_unavailable, Phase::greeting), start);
  EXPECT_GT(knocking.not_before(), start);
  knocking.served(start + 1s);
  EXPECT_LT(knocking.not_before(), start);
}

}  // namespace
}  // namespace gatepost::engine
