#include "gatepost/net/letter_pace.hpp"

#include <gtest/gtest.h>

namespace gatepost::net {
namespace {

using namespace std::chrono_literals;

TEST(LetterPace, WithoutALeastRateTheDeadlineAloneCounts) {
  LetterPace pace(600s, 0, 30s);
  EXPECT_EQ(pace.begin(0), 600s);
  EXPECT_EQ(pace.look(1'000'000), 0s);
}

TEST(LetterPace, AWindowWithEnoughBytesEarnsTheNextOne) {
  LetterPace pace(600s, 100, 30s);
  EXPECT_EQ(pace.begin(5000), 30s);
  EXPECT_EQ(pace.look(8000), 30s);
  EXPECT_EQ(pace.look(11'000), 30s);
}

TEST(LetterPace, AByteTooFewInAWindowIsTooSlow) {
  LetterPace pace(600s, 100, 30s);
  pace.begin(5000);
  EXPECT_EQ(pace.look(7999), 0s);
}

TEST(LetterPace, BytesOfAnEarlierWindowDoNotCountAgain) {
  LetterPace pace(600s, 100, 30s);
  pace.begin(0);
  EXPECT_EQ(pace.look(1'000'000), 30s);
  EXPECT_EQ(pace.look(1'000'000), 0s);
}

TEST(LetterPace, AFastLetterStillEndsAtItsDeadline) {
  LetterPace pace(70s, 100, 30s);
  std::uint64_t bytes = 0;
  EXPECT_EQ(pace.begin(bytes), 30s);
  EXPECT_EQ(pace.look(bytes += 10'000), 30s);
  EXPECT_EQ(pace.look(bytes += 10'000), 10s);
  EXPECT_EQ(pace.look(bytes += 10'000), 0s);
}

TEST(LetterPace, AShortLastWindowAsksForItsShareAlone) {
  LetterPace pace(40s, 100, 30s);
  pace.begin(0);
  EXPECT_EQ(pace.look(3000), 10s);
  EXPECT_EQ(pace.look(4000), 0s);  // in time, and the deadline has come
}

TEST(LetterPace, TheNextLetterBeginsAnew) {
  LetterPace pace(70s, 100, 30s);
  pace.begin(0);
  pace.look(3000);
  EXPECT_EQ(pace.begin(3000), 30s);
  EXPECT_EQ(pace.look(6000), 30s);
}

}  // namespace
}  // namespace gatepost::net
