#include <gtest/gtest.h>

#include "gatepost/smtp/client/extensions.hpp"
#include "gatepost/smtp/xtext.hpp"

namespace gatepost::smtp {
namespace {

TEST(Extensions, AllThatTheSessionActsOnAreRead) {
  const auto found = read_extensions({"250-mx", "250-DSN", "250-Chunking", "250-BINARYMIME", "250-REQUIRETLS",
                                      "250-MT-PRIORITY MIXER", "250-DELIVERBY 240",
                                      "250-FUTURERELEASE 86400 2026-12-31T00:00:00Z", "250-LIMITS MAILMAX=3 RCPTMAX=4",
                                      "250-XCLIENT NAME addr", "250-BURL imap", "250-ETRN", "250 ENHANCEDSTATUSCODES"});
  EXPECT_TRUE(found.dsn && found.chunking && found.binary_mime && found.require_tls && found.mt_priority);
  EXPECT_EQ(found.deliver_by, 240u);
  ASSERT_TRUE(found.future_release);
  EXPECT_EQ(found.future_release->max_interval, 86400u);
  EXPECT_EQ(found.future_release->max_date_time, "2026-12-31T00:00:00Z");
  EXPECT_EQ(found.limits.mail_max, 3u);
  EXPECT_EQ(found.limits.rcpt_max, 4u);
  EXPECT_FALSE(found.limits.rcpt_domain_max);
  EXPECT_EQ(found.xclient, (std::vector<std::string>{"NAME", "ADDR"}));
  EXPECT_EQ(found.lines.size(), 12u);
}

TEST(Extensions, ParametersMayBeMissingOrNonsense) {
  const auto found = read_extensions({"250-mx", "250-DELIVERBY", "250-FUTURERELEASE", "250-XCLIENT",
                                      "250-LIMITS MAILMAX=0 RCPTMAX=99999999999 RCPTDOMAINMAX RCPTMAX=-1", "250 "});
  EXPECT_EQ(found.deliver_by, 0u);
  EXPECT_EQ(found.future_release->max_interval, 0u);
  EXPECT_EQ(found.xclient, std::vector<std::string>{});
  EXPECT_FALSE(found.limits.mail_max || found.limits.rcpt_max || found.limits.rcpt_domain_max);
}

TEST(Extensions, ServerNameIsNoExtension) { EXPECT_FALSE(read_extensions({"250 DSN"}).dsn); }

TEST(Extensions, MechanismsAreBoundedInNumberAndForm) {
  std::string many = "250-AUTH";
  for (int i = 0; i < 1000; ++i) many += " M" + std::to_string(i);
  EXPECT_EQ(read_extensions({"250-mx", many}).auth.size(), 64u);
  const std::string odd = "250-AUTH " + std::string(3000, 'A') +
                          " PL\xff"
                          "IN \"x\" PLAIN";
  EXPECT_EQ(read_extensions({"250-mx", odd}).auth, std::vector<std::string>{"PLAIN"});
}

TEST(Xtext, PlusEqualsAndWhatIsNotPrintableAreEscaped) {
  EXPECT_EQ(encode_xtext("a+b=c d\r\n\xd0"), "a+2Bb+3Dc+20d+0D+0A+D0");
  EXPECT_EQ(encode_xtext(""), "");
}

TEST(Xtext, EveryByteSurvivesTheWayThereAndBack) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(decode_xtext(encode_xtext(all)), all);
}

TEST(Xtext, WhatIsNoneIsNotDecoded) {
  for (const std::string_view bad : {"+", "+2", "a+2", "+2b", "+GG", "a b", "a=b", "ы", "a\r\n"}) {
    EXPECT_EQ(decode_xtext(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace gatepost::smtp
