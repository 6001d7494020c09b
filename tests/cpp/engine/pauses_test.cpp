#include "gatepost/engine/pauses.hpp"

#include <gtest/gtest.h>

namespace gatepost::engine {
namespace {

using codes::Category;
using codes::Phase;
using namespace std::chrono_literals;

const TimePoint start = std::chrono::sys_days{std::chrono::year{2026} / 11 / 30} + 10h;

codes::Failure refused(std::string_view reply, Phase phase) {
  return codes::classify(codes::parse_reply(reply), phase);
}

const codes::Failure wrong_password = refused("535 5.7.8 Incorrect login or password", Phase::auth);

TEST(Pauses, ARefusalWithoutATimePausesForFiveMinutes) {
  Pauses pauses;
  EXPECT_EQ(pauses.begin(std::nullopt, wrong_password, start, start).until, start + 5min);
  EXPECT_NE(pauses.holding("a@example.com", start + 4min), nullptr);
  EXPECT_EQ(pauses.holding("a@example.com", start + 5min), nullptr);
}

TEST(Pauses, EachFurtherRefusalDoublesItUpToAnHour) {
  Pauses pauses;
  auto now = start;
  for (const auto length : {5min, 10min, 20min, 40min, 60min, 60min}) {
    EXPECT_EQ(pauses.begin(std::nullopt, wrong_password, now, now).until, now + length);
    now += length;
  }
  pauses.logged_in();
  EXPECT_EQ(pauses.begin(std::nullopt, wrong_password, now, now).until, now + 5min);
}

TEST(Pauses, WhatWasBegunBeforeThePauseDoesNotLengthenIt) {
  Pauses pauses;
  const auto until = pauses.begin(std::nullopt, wrong_password, start, start + 1s).until;
  EXPECT_EQ(pauses.begin(std::nullopt, wrong_password, start, start + 2s).until, until);
  EXPECT_GT(pauses.begin(std::nullopt, wrong_password, start + 2s, start + 3s).until, until);
}

TEST(Pauses, TheTimeThatTheServerNamesCounts) {
  Pauses pauses;
  const auto why = refused("454 4.7.0 Too many login attempts, try again in 90 seconds", Phase::auth);
  EXPECT_EQ(pauses.begin(std::nullopt, why, start, start).until, start + 90s);
}

TEST(Pauses, ASendersPauseHoldsNobodyElse) {
  Pauses pauses;
  pauses.begin("a@example.com", refused("553 5.7.1 Sender address rejected: not owned by user", Phase::mail), start,
               start);
  EXPECT_NE(pauses.holding("a@example.com", start), nullptr);
  EXPECT_EQ(pauses.holding("b@example.com", start), nullptr);
  EXPECT_EQ(pauses.of_account(start), nullptr);
  EXPECT_EQ(pauses.all(start).size(), 1U);
}

TEST(Pauses, ALoginThatGoesWellEndsARefusedLoginAndNothingElse) {
  Pauses pauses;
  pauses.begin(std::nullopt, wrong_password, start, start);
  pauses.begin("a@example.com", refused("553 5.7.1 Sender address rejected: not owned by user", Phase::mail), start,
               start);
  pauses.logged_in();
  EXPECT_EQ(pauses.of_account(start), nullptr);
  EXPECT_NE(pauses.holding("a@example.com", start), nullptr);
  pauses.begin(std::nullopt, refused("550 5.7.1 Your account has been suspended", Phase::mail), start, start);
  pauses.logged_in();
  EXPECT_NE(pauses.of_account(start), nullptr);
}

TEST(Pauses, AnAcceptedLetterEndsItsSendersAndTheAccounts) {
  Pauses pauses;
  pauses.begin(std::nullopt, refused("550 5.7.1 Your account has been suspended", Phase::mail), start, start);
  pauses.begin("a@example.com", refused("553 5.7.1 Sender address rejected: not owned by user", Phase::mail), start,
               start);
  pauses.begin("b@example.com", refused("553 5.7.1 Sender address rejected: not owned by user", Phase::mail), start,
               start);
  pauses.accepted("a@example.com");
  ASSERT_EQ(pauses.all(start).size(), 1U);
  EXPECT_EQ(pauses.all(start)[0].sender, "b@example.com");
  pauses.lift();
  EXPECT_TRUE(pauses.all(start).empty());
}

TEST(Pauses, WhatIsHeldBackSaysSoAndUntilWhen) {
  Pauses pauses;
  const auto& account = pauses.begin(std::nullopt, wrong_password, start, start);
  const auto why = not_tried(account, start + 1min);
  EXPECT_EQ(why.category, Category::auth_failed);
  EXPECT_EQ(why.code, 535);
  EXPECT_EQ(why.message,
            "Nothing was tried now: this was the answer at 2026-11-30 10:00:00 UTC, and the account is paused until "
            "2026-11-30 10:05:00 UTC");
  const auto throttled = refused("454 4.7.0 Too many login attempts, try again in 90 seconds", Phase::auth);
  EXPECT_EQ(not_tried(Pauses().begin(std::nullopt, throttled, start, start), start + 30s).retry_after_seconds, 60);
  const auto& sender = pauses.begin("a@example.com", refused("553 5.1.8 Bad sender", Phase::mail), start, start);
  EXPECT_NE(not_tried(sender, start).message.find("letters from <a@example.com> are paused"), std::string::npos);
}

}  // namespace
}  // namespace gatepost::engine
