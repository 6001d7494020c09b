#include "gatepost/core/date_time.hpp"

#include <gtest/gtest.h>

namespace gatepost {
namespace {

using namespace std::chrono;

const TimePoint moment = sys_days(year(2026) / 2 / 3) + hours(4) + minutes(5) + seconds(6);

TEST(DateTime, IsWrittenInUtcToTheSecond) {
  EXPECT_EQ(write_date_time(moment), "2026-02-03T04:05:06Z");
  EXPECT_EQ(write_date_time(moment + milliseconds(999)), "2026-02-03T04:05:06Z");
  EXPECT_EQ(write_date_time(TimePoint{} - milliseconds(1)), "1969-12-31T23:59:59Z");
}

TEST(DateTime, WhatIsWrittenIsReadBack) { EXPECT_EQ(read_date_time(write_date_time(moment)), moment); }

TEST(DateTime, OffsetsFractionsAndSmallLettersAreRead) {
  for (const std::string_view text :
       {"2026-02-03t04:05:06z", "2026-02-03T04:05:06.789Z", "2026-02-03T07:05:06+03:00", "2026-02-02T23:35:06-04:30"}) {
    EXPECT_EQ(read_date_time(text), moment) << text;
  }
}

TEST(DateTime, YearsBeyondATimePointCountAsItsFirstOrLast) {
  EXPECT_EQ(read_date_time("0001-01-01T00:00:00Z"), sys_days(year(1970) / 1 / 1));
  EXPECT_EQ(read_date_time("9999-12-31T00:00:00Z"), sys_days(year(2261) / 12 / 31));
}

TEST(DateTime, AnyOtherTextIsRefused) {
  for (const std::string_view text :
       {"", "2026-02-03", "2026-02-03 04:05:06Z", "2026-02-03T04:05:06", "2026-02-30T04:05:06Z", "2026-13-03T04:05:06Z",
        "2026-02-03T24:05:06Z", "2026-02-03T04:60:06Z", "2026-02-03T04:05:06.Z", "2026-02-03T04:05:06+3:00",
        "2026-02-03T04:05:06+03:00 ", "26-02-03T04:05:06Z", "2026-02-03T04:05:06+24:00"}) {
    EXPECT_EQ(read_date_time(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace gatepost
