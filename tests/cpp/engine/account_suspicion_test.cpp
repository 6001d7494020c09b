#include "gatepost/engine/account_suspicion.hpp"

#include <gtest/gtest.h>

namespace gatepost::engine {
namespace {

using codes::Category;

TEST(AccountSuspicion, OneRefusedRecipientSaysNothingOfTheAccount) {
  AccountSuspicion suspicion;
  EXPECT_FALSE(suspicion.refused(Category::auth_policy, "a@one.example"));
}

TEST(AccountSuspicion, ThreeDomainsInARowMeanTheAccount) {
  AccountSuspicion suspicion;
  EXPECT_FALSE(suspicion.refused(Category::sender_quota, "a@one.example"));
  EXPECT_FALSE(suspicion.refused(Category::sender_quota, "b@ONE.example"));
  EXPECT_FALSE(suspicion.refused(Category::sender_quota, "a@two.example"));
  EXPECT_TRUE(suspicion.refused(Category::sender_quota, "a@three.example"));
}

TEST(AccountSuspicion, AnAcceptedRecipientOrAnotherVerdictBeginsAnew) {
  AccountSuspicion suspicion;
  suspicion.refused(Category::sender_quota, "a@one.example");
  suspicion.refused(Category::sender_quota, "a@two.example");
  suspicion.accepted();
  EXPECT_FALSE(suspicion.refused(Category::sender_quota, "a@three.example"));
  EXPECT_FALSE(suspicion.refused(Category::auth_policy, "a@four.example"));
  EXPECT_FALSE(suspicion.refused(Category::auth_policy, "a@five.example"));
}

TEST(AccountSuspicion, TwentyInARowOfOneDomainMeanTheAccountToo) {
  AccountSuspicion suspicion;
  for (int i = 1; i < 20; ++i) EXPECT_FALSE(suspicion.refused(Category::account_blocked, "a@one.example"));
  EXPECT_TRUE(suspicion.refused(Category::account_blocked, "a@one.example"));
}

TEST(AccountSuspicion, OnlyRepliesToRcptAreLookedAt) {
  const auto classified = [](codes::Phase phase) {
    return codes::classify(codes::parse_reply("550 5.7.1 Authentication required"), phase);
  };
  EXPECT_TRUE(AccountSuspicion::sounds_like_it(classified(codes::Phase::rcpt)));
  EXPECT_EQ(classified(codes::Phase::rcpt).pause, codes::PauseScope::none);
  EXPECT_FALSE(AccountSuspicion::sounds_like_it(classified(codes::Phase::mail)));
  EXPECT_EQ(classified(codes::Phase::mail).pause, codes::PauseScope::account);
}

}  // namespace
}  // namespace gatepost::engine
