#include "gatepost/sink/access.hpp"

#include <gtest/gtest.h>

namespace gatepost::sink {
namespace {

net::AddressBlocks blocks(const std::vector<std::string>& texts) { return *net::AddressBlocks::parse(texts); }

smtp::AuthAttempt attempt(std::string login, std::string password) {
  smtp::AuthAttempt made;
  made.mechanism = "PLAIN";
  made.login = std::move(login);
  made.password = std::move(password);
  return made;
}

TEST(Access, WithoutNetworksEverybodyMayConnectAndNobodyIsKnown) {
  const Access access({}, {}, {});
  EXPECT_TRUE(access.may_connect("192.0.2.1"));
  EXPECT_TRUE(access.may_connect("unix"));
  EXPECT_FALSE(access.needs_no_login("127.0.0.1"));
}

TEST(Access, WithNetworksNobodyElseMayConnect) {
  const Access access({}, blocks({"10.0.0.0/8"}), blocks({"10.1.0.0/16"}));
  EXPECT_TRUE(access.may_connect("10.2.3.4"));
  EXPECT_FALSE(access.may_connect("11.2.3.4"));
  EXPECT_FALSE(access.may_connect("unix"));
  EXPECT_TRUE(access.needs_no_login("10.1.2.3"));
  EXPECT_FALSE(access.needs_no_login("10.2.3.4"));
}

TEST(Access, WithoutUsersEveryLoginIsGood) {
  const Access access({}, {}, {});
  EXPECT_FALSE(access.has_users());
  EXPECT_TRUE(access.may_log_in(attempt("anybody", "anything")));
}

TEST(Access, AUserNeedsItsPassword) {
  const Access access({{"ivan", "secret"}}, {}, {});
  EXPECT_TRUE(access.may_log_in(attempt("ivan", "secret")));
  for (const auto* password : {"", "secre", "secret1", "Secret"}) {
    EXPECT_FALSE(access.may_log_in(attempt("ivan", password))) << password;
  }
  EXPECT_FALSE(access.may_log_in(attempt("olga", "secret")));
  EXPECT_EQ(access.password_of("ivan"), "secret");
  EXPECT_EQ(access.password_of("olga"), std::nullopt);
}

TEST(Access, ThePasswordIsGoodAsAToken) {
  const Access access({{"ivan", "secret"}}, {}, {});
  auto by_token = attempt("ivan", "");
  by_token.token = "secret";
  EXPECT_TRUE(access.may_log_in(by_token));
  by_token.token = "other";
  EXPECT_FALSE(access.may_log_in(by_token));
}

TEST(Access, AProofCountsAsTheSessionFoundIt) {
  const Access access({{"ivan", "secret"}}, {}, {});
  auto by_proof = attempt("ivan", "");
  by_proof.proof = true;
  EXPECT_TRUE(access.may_log_in(by_proof));
  by_proof.proof = false;
  EXPECT_FALSE(access.may_log_in(by_proof));
  by_proof.proof = true;
  by_proof.login = "olga";
  EXPECT_FALSE(access.may_log_in(by_proof));
}

TEST(Access, NobodyActsForSomebodyElse) {
  const Access access({{"ivan", "secret"}, {"olga", "other"}}, {}, {});
  auto for_another = attempt("ivan", "secret");
  for_another.authzid = "ivan";
  EXPECT_TRUE(access.may_log_in(for_another));
  for_another.authzid = "olga";
  EXPECT_FALSE(access.may_log_in(for_another));
}

TEST(Access, AUserMayComeLaterAndChangeItsPassword) {
  Access access({{"ivan", "secret"}}, {}, {});
  access.add_user("olga", "1");
  access.add_user("ivan", "2");
  EXPECT_TRUE(access.may_log_in(attempt("olga", "1")));
  EXPECT_TRUE(access.may_log_in(attempt("ivan", "2")));
  EXPECT_FALSE(access.may_log_in(attempt("ivan", "secret")));
}

}  // namespace
}  // namespace gatepost::sink
