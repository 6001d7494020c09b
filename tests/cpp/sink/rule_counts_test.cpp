#include "gatepost/sink/rule_counts.hpp"

#include <gtest/gtest.h>

namespace gatepost::sink {
namespace {

using namespace std::chrono_literals;

class Counts : public testing::Test {
 protected:
  bool fits(const Counting& counting, std::string_view from = "a@x.ru") {
    const Situation situation{.phase = codes::Phase::mail, .client = "::1", .from = from};
    return counts_.fits(counting, situation, clock_.now(), random_);
  }

  ManualClock clock_;
  std::mt19937_64 random_{1};
  RuleCounts counts_;
};

TEST_F(Counts, BeyondARateItFitsUntilTheWindowHasMovedOn) {
  const Counting counting{.per = {Subject::from}, .over = 2, .within = 10s};
  EXPECT_FALSE(fits(counting));
  clock_.advance(4s);
  EXPECT_FALSE(fits(counting));
  EXPECT_FALSE(fits(counting, "b@x.ru"));
  EXPECT_TRUE(fits(counting));
  EXPECT_EQ(counts_.wait(), 6s);
  clock_.advance(6s);
  EXPECT_FALSE(fits(counting)) << "the first has left the window, and what was refused never counted";
  EXPECT_TRUE(fits(counting));
}

TEST_F(Counts, ValuesAreKnownInAnyCase) {
  const Counting counting{.per = {Subject::from}, .nth = 2};
  EXPECT_FALSE(fits(counting, "A@x.ru"));
  EXPECT_TRUE(fits(counting, "a@X.ru"));
}

TEST_F(Counts, AFloodOfValuesIsForgottenInsteadOfKept) {
  const Counting counting{.per = {Subject::from}, .over = 1, .within = 1h};
  for (int i = 0; i < 250'000; ++i) fits(counting, std::to_string(i));
  EXPECT_TRUE(fits(counting, "249999"));
  EXPECT_FALSE(fits(counting, "0"));
}

}  // namespace
}  // namespace gatepost::sink
