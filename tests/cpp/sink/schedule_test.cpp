#include "gatepost/sink/schedule.hpp"

#include <gtest/gtest.h>

namespace gatepost::sink {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;

// A Monday.
constexpr auto monday = sys_days{std::chrono::year{2026} / 11 / 30};

bool contains(std::string_view text, TimePoint at) {
  const auto schedule = Schedule::parse(text);
  EXPECT_TRUE(schedule) << text;
  return schedule && schedule->contains(at);
}

TEST(Schedule, HoursBeginWithTheFirstMinuteAndEndBeforeTheLast) {
  EXPECT_FALSE(contains("09:00-18:00", monday + 8h + 59min + 59s));
  EXPECT_TRUE(contains("09:00-18:00", monday + 9h));
  EXPECT_TRUE(contains("09:00-18:00", monday + 17h + 59min));
  EXPECT_FALSE(contains("09:00-18:00", monday + 18h));
  EXPECT_TRUE(contains("00:00-24:00", monday + 23h + 59min));
}

TEST(Schedule, DaysAreListsAndRangesThatMayGoOverTheWeekend) {
  for (const auto* text : {"mon", "MON-fri", "sat,mon", "fri-tue"}) EXPECT_TRUE(contains(text, monday)) << text;
  for (const auto* text : {"tue", "tue-sun", "sat,sun"}) EXPECT_FALSE(contains(text, monday)) << text;
}

TEST(Schedule, HoursBehindMidnightBelongToTheDayBefore) {
  EXPECT_TRUE(contains("22:00-06:00 sun", monday + 5h));
  EXPECT_FALSE(contains("22:00-06:00 sun", monday + 22h));
  EXPECT_TRUE(contains("22:00-06:00 mon", monday + 22h));
  EXPECT_FALSE(contains("22:00-06:00 mon", monday + 5h));
}

TEST(Schedule, AnythingElseIsRefused) {
  for (const auto* text : {"", " ", "9:00-18:00", "09:00", "09:00-25:00", "09:60-10:00", "monday", "mon-", "mon mon",
                           "09:00-10:00 11:00-12:00", "mon,", "09:00-18:00x"}) {
    EXPECT_FALSE(Schedule::parse(text)) << text;
  }
}

}  // namespace
}  // namespace gatepost::sink
