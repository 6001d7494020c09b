#include "gatepost/net/letter_pace.hpp"

#include <gtest/gtest.h>

namespace gatepost::net {
namespace {

using namespace std::chrono_literals;

constexpr LetterPace::Clock::time_point start{1h};

TEST(LetterPace, WithoutALeastRateTheDeadlineAloneCounts) {
  LetterPace pace(600s, 0, 30s);
  pace.begin(start, 0);
  EXPECT_EQ(pace.next_look(), start + 600s);
  EXPECT_FALSE(pace.look(start + 600s, 1'000'000));
}

TEST(LetterPace, AWindowWithEnoughBytesEarnsTheNextOne) {
  LetterPace pace(600s, 100, 30s);
  pace.begin(start, 5000);
  EXPECT_EQ(pace.next_look(), start + 30s);
  EXPECT_TRUE(pace.look(start + 30s, 8000));
  EXPECT_EQ(pace.next_look(), start + 60s);
  EXPECT_TRUE(pace.look(start + 60s, 11'000));
}

TEST(LetterPace, AByteTooFewInAWindowIsTooSlow) {
  LetterPace pace(600s, 100, 30s);
  pace.begin(start, 5000);
  EXPECT_FALSE(pace.look(start + 30s, 7999));
}

TEST(LetterPace, BytesOfAnEarlierWindowDoNotCountAgain) {
  LetterPace pace(600s, 100, 30s);
  pace.begin(start, 0);
  EXPECT_TRUE(pace.look(start + 30s, 1'000'000));
  EXPECT_FALSE(pace.look(start + 60s, 1'000'000));
}

TEST(LetterPace, AFastLetterStillEndsAtItsDeadline) {
  LetterPace pace(70s, 100, 30s);
  pace.begin(start, 0);
  EXPECT_TRUE(pace.look(start + 30s, 10'000));
  EXPECT_TRUE(pace.look(start + 60s, 20'000));
  EXPECT_EQ(pace.next_look(), start + 70s);
  EXPECT_FALSE(pace.look(start + 70s, 30'000));
}

TEST(LetterPace, ATimerThatFiresLateAsksForNoMore) {
  LetterPace pace(600s, 100, 30s);
  pace.begin(start, 0);
  EXPECT_TRUE(pace.look(start + 45s, 3000));
  EXPECT_EQ(pace.next_look(), start + 75s);
}

TEST(LetterPace, TheNextLetterBeginsAnew) {
  LetterPace pace(70s, 100, 30s);
  pace.begin(start, 0);
  pace.look(start + 30s, 3000);
  pace.begin(start + 40s, 3000);
  EXPECT_EQ(pace.next_look(), start + 70s);
  EXPECT_TRUE(pace.look(start + 70s, 6000));
}

}  // namespace
}  // namespace gatepost::net
