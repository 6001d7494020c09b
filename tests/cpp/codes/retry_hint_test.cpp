#include "gatepost/codes/retry_hint.hpp"

#include <gtest/gtest.h>

#include "gatepost/codes/normalise.hpp"

namespace gatepost::codes {
namespace {

struct HintCase {
  const char* text;
  int seconds;
};

class RetryHint : public testing::TestWithParam<HintCase> {};

TEST_P(RetryHint, IsReadInSeconds) {
  EXPECT_EQ(retry_hint_seconds(normalise(GetParam().text)), GetParam().seconds) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Wordings, RetryHint,
    testing::Values(HintCase{"Rate limit exceeded, retry after 10 seconds", 10}, HintCase{"retry after 60", 60},
                    HintCase{"Greylisted for 5 minutes", 300}, HintCase{"greylisted for 60 seconds by X", 60},
                    HintCase{"try again in 300s", 300}, HintCase{"please wait at least 2 hours", 7200},
                    HintCase{"try again in an hour", 3600}, HintCase{"come back in 00:05:00", 300},
                    HintCase{"please try again 15 minutes later", 900}, HintCase{"try again in a few minutes", 300},
                    HintCase{"Повторите попытку через 10 минут", 600}, HintCase{"повторите через час", 3600},
                    HintCase{"Подождите 30 секунд", 30}, HintCase{"через несколько минут", 300},
                    HintCase{"Veuillez réessayer dans 5 minutes", 300}, HintCase{"après 1 heure", 3600},
                    HintCase{"try again in 30 days", 7 * 86400}, HintCase{"try again in half an hour", 1800},
                    HintCase{"retry after 1.5 hours", 5400}, HintCase{"please wait 1 hour(s)", 3600},
                    HintCase{"wait 1 hour and 30 minutes", 5400}, HintCase{"try again in an hour and a half", 5400},
                    HintCase{"wait two hours", 7200}, HintCase{"try again in 1h 15m", 4500},
                    HintCase{"повторите через полчаса", 1800}, HintCase{"через полтора часа", 5400},
                    HintCase{"через два часа", 7200}, HintCase{"wait 1 hour(s) 5 minute(s)", 3900}));

INSTANTIATE_TEST_SUITE_P(NoTimeToWait, RetryHint,
                         testing::Values(HintCase{"too many messages in 1 hour", 0},
                                         HintCase{"limit is 100 per 5 minutes", 0},
                                         HintCase{"half of the recipients", 0},
                                         HintCase{"version 1.5 of the hourly report", 0},
                                         HintCase{"Try again later", 0}, HintCase{"exceeded 50 hops", 0},
                                         HintCase{"", 0}, HintCase{"line longer than 998", 0}));

}  // namespace
}  // namespace gatepost::codes
