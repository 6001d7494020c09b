#include "gatepost/engine/pool_cap.hpp"

#include <gtest/gtest.h>

namespace gatepost::engine {
namespace {

using namespace std::chrono_literals;

const PoolCap::Instant start = PoolCap::Instant() + 1h;

TEST(PoolCap, WithoutARefusalItIsTheAccountsOwn) {
  const PoolCap cap(10, 60s);
  EXPECT_EQ(cap.most(start), 10U);
  EXPECT_FALSE(cap.lowered());
}

TEST(PoolCap, EachRefusalLeavesThoseThatStay) {
  PoolCap cap(10, 60s);
  for (std::size_t others = 9; others >= 3; --others) cap.turned_away(others, start);
  EXPECT_EQ(cap.most(start), 3U);
}

TEST(PoolCap, AfterAMinuteOneMoreIsTriedAndServesFromThenOn) {
  PoolCap cap(10, 60s);
  cap.turned_away(3, start);
  EXPECT_EQ(cap.most(start + 59s), 3U);
  EXPECT_EQ(cap.most(start + 60s), 4U);
  cap.serving(4, start + 61s);
  EXPECT_EQ(cap.most(start + 62s), 4U);
  EXPECT_EQ(cap.most(start + 121s), 5U);
}

TEST(PoolCap, ATryThatIsRefusedDoublesTheWaitUpToSixteenMinutes) {
  PoolCap cap(10, 60s);
  auto now = start;
  cap.turned_away(3, now);
  for (const auto wait : {1min, 2min, 4min, 8min, 16min, 16min}) {
    EXPECT_EQ(cap.most(now + wait - 1s), 3U);
    now += wait;
    EXPECT_EQ(cap.most(now), 4U);
    cap.turned_away(3, now);
  }
  now += 16min;
  cap.serving(4, now);
  EXPECT_EQ(cap.most(now + 1min), 5U) << "one that serves takes the wait back";
}

TEST(PoolCap, ACapThatShrinksFurtherIsLearntAndTriedAfterAMinute) {
  PoolCap cap(10, 60s);
  cap.turned_away(3, start);
  cap.turned_away(3, start + 60s);
  cap.turned_away(1, start + 70s);
  EXPECT_EQ(cap.most(start + 70s), 1U);
  EXPECT_EQ(cap.most(start + 130s), 2U);
}

TEST(PoolCap, ItGrowsNoFurtherThanTheAccountsOwn) {
  PoolCap cap(2, 60s);
  cap.turned_away(1, start);
  cap.serving(2, start + 60s);
  EXPECT_FALSE(cap.lowered());
  EXPECT_EQ(cap.most(start + 1h), 2U);
}

TEST(PoolCap, AServerThatNamesALongerWaitGetsIt) {
  PoolCap cap(4, 60s);
  cap.turned_away(2, start, 30min);
  EXPECT_EQ(cap.most(start + 29min), 2U);
  EXPECT_EQ(cap.most(start + 30min), 3U);
}

}  // namespace
}  // namespace gatepost::engine
