// The worked example of RFC 8463, Appendix A: one letter signed with both algorithms.
#include <gtest/gtest.h>

#include "gatepost/dkim/verifier.hpp"

namespace gatepost::dkim {
namespace {

const std::string letter =
    "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
    " d=football.example.com; i=@football.example.com;\r\n"
    " q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"
    " subject : date : message-id : from : subject : date;\r\n"
    " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
    " b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n"
    " Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\r\n"
    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n"
    " d=football.example.com; i=@football.example.com;\r\n"
    " q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n"
    " date : message-id : from : subject : date;\r\n"
    " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
    " b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3\r\n"
    " DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz\r\n"
    " dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=\r\n"
    "From: Joe SixPack <joe@football.example.com>\r\n"
    "To: Suzie Q <suzie@shopping.example.net>\r\n"
    "Subject: Is dinner ready?\r\n"
    "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
    "Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
    "\r\n"
    "Hi.\r\n"
    "\r\n"
    "We lost the game.  Are you hungry yet?\r\n"
    "\r\n"
    "Joe.\r\n";

const TxtLookup dns = [](const std::string& name) -> TxtAnswer {
  if (name == "brisbane._domainkey.football.example.com")
    return {TxtAnswer::Status::found, {"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="}};
  if (name == "test._domainkey.football.example.com") {
    return {TxtAnswer::Status::found,
            {"v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQ"
             "iY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G"
             "+2kryOTIKT+l/K4w3QIDAQAB"}};
  }
  return {};
};

const TimePoint now = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22};

TEST(Rfc8463, BothSignaturesOfTheExamplePass) {
  const auto results = verify(letter, dns, now);
  ASSERT_EQ(results.size(), 2u);
  for (const auto& result : results) {
    EXPECT_EQ(to_string(result.reason), "none");
    EXPECT_EQ(result.status, Status::pass);
    EXPECT_EQ(result.domain, "football.example.com");
  }
  EXPECT_EQ(results[0].algorithm, "ed25519-sha256");
  EXPECT_EQ(results[1].key_bits, 1024u);
  EXPECT_EQ(results[1].signature, "F45dVWDf");
}

TEST(Rfc8463, TheExampleWithLineFeedsAloneStillPasses) {
  std::string unix_file = letter;
  std::erase(unix_file, '\r');
  for (const auto& result : verify(unix_file, dns, now)) EXPECT_EQ(result.status, Status::pass);
}

TEST(Rfc8463, AChangedBodyFailsByItsHash) {
  auto changed = letter;
  changed.replace(changed.find("Joe.\r\n"), 4, "Jim.");
  for (const auto& result : verify(changed, dns, now)) {
    EXPECT_EQ(result.status, Status::fail);
    EXPECT_EQ(result.reason, Reason::body_hash);
  }
}

TEST(Rfc8463, AChangedSubjectFailsByItsSignature) {
  auto changed = letter;
  changed.replace(changed.find("dinner"), 6, "supper");
  for (const auto& result : verify(changed, dns, now)) EXPECT_EQ(result.reason, Reason::signature);
}

TEST(Rfc8463, ASecondSubjectAboveFailsBecauseTheFirstWasOversigned) {
  auto changed = letter;
  changed.insert(changed.find("From: Joe"), "Subject: Buy now\r\n");
  for (const auto& result : verify(changed, dns, now)) EXPECT_EQ(result.reason, Reason::signature);
}

}  // namespace
}  // namespace gatepost::dkim
