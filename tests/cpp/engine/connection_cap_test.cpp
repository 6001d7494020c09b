#include "gatepost/engine/connection_cap.hpp"

#include <gtest/gtest.h>

namespace gatepost::engine {
namespace {

TEST(ConnectionCap, WithoutAnyCapAConnectionServesOn) { EXPECT_FALSE(ConnectionCap(0).reached(1'000'000, {})); }

TEST(ConnectionCap, TheLowerOfOwnAndAnnouncedCounts) {
  smtp::SessionFacts facts;
  facts.limits.mail_max = 3;
  EXPECT_TRUE(ConnectionCap(2).reached(2, facts));
  EXPECT_FALSE(ConnectionCap(5).reached(2, facts));
  EXPECT_TRUE(ConnectionCap(5).reached(3, facts));
}

TEST(ConnectionCap, AServerThatAnnouncesNoneGetsOneLetterAllTheSame) {
  smtp::SessionFacts facts;
  facts.limits.mail_max = 0;
  EXPECT_FALSE(ConnectionCap(0).reached(0, facts));
  EXPECT_TRUE(ConnectionCap(0).reached(1, facts));
}

TEST(ConnectionCap, TwoEndsAfterTheSameNumberTeachIt) {
  ConnectionCap cap(0);
  cap.ended_after(7);
  EXPECT_FALSE(cap.reached(7, {}));
  cap.ended_after(4);
  cap.ended_after(7);
  EXPECT_FALSE(cap.reached(7, {}));
  cap.ended_after(7);
  EXPECT_TRUE(cap.reached(7, {}));
  EXPECT_FALSE(cap.reached(6, {}));
}

TEST(ConnectionCap, AConnectionThatNeverServedTeachesNothing) {
  ConnectionCap cap(0);
  cap.ended_after(0);
  cap.ended_after(0);
  EXPECT_FALSE(cap.reached(0, {}));
}

}  // namespace
}  // namespace gatepost::engine
