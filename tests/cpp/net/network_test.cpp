#include "gatepost/net/network.hpp"

#include <gmock/gmock.h>

namespace gatepost::net {
namespace {

using testing::HasSubstr;

Networks networks(const std::vector<std::string>& texts) {
  auto parsed = Networks::parse(texts);
  if (!parsed) throw std::runtime_error(parsed.error());
  return *parsed;
}

TEST(Networks, ALoneAddressContainsItselfAlone) {
  const auto set = networks({"192.0.2.1", "2001:db8::1"});
  EXPECT_TRUE(set.contains("192.0.2.1"));
  EXPECT_TRUE(set.contains("2001:db8:0:0::1"));
  EXPECT_FALSE(set.contains("192.0.2.2"));
  EXPECT_FALSE(set.contains("2001:db8::2"));
}

TEST(Networks, ANetworkEndsWhereItsPrefixSays) {
  const auto set = networks({"10.1.2.128/25", "2001:db8:0:8000::/49"});
  EXPECT_TRUE(set.contains("10.1.2.128"));
  EXPECT_TRUE(set.contains("10.1.2.255"));
  EXPECT_FALSE(set.contains("10.1.2.127"));
  EXPECT_FALSE(set.contains("10.1.3.128"));
  EXPECT_TRUE(set.contains("2001:db8:0:ffff::1"));
  EXPECT_FALSE(set.contains("2001:db8:0:7fff::1"));
}

TEST(Networks, BitsBehindThePrefixDoNotMatter) { EXPECT_TRUE(networks({"10.9.9.9/8"}).contains("10.1.1.1")); }

TEST(Networks, APrefixOfNothingContainsAllOfItsFamily) {
  const auto v4 = networks({"0.0.0.0/0"});
  EXPECT_TRUE(v4.contains("255.255.255.255"));
  EXPECT_FALSE(v4.contains("::1"));
  const auto v6 = networks({"::/0"});
  EXPECT_TRUE(v6.contains("fe80::1"));
  EXPECT_FALSE(v6.contains("127.0.0.1"));
}

TEST(Networks, AMappedAddressCountsAsIpv4OnBothSides) {
  EXPECT_TRUE(networks({"10.0.0.0/8"}).contains("::ffff:10.1.2.3"));
  EXPECT_FALSE(networks({"10.0.0.0/8"}).contains("::ffff:11.1.2.3"));
  EXPECT_TRUE(networks({"::ffff:10.0.0.0/104"}).contains("10.1.2.3"));
  EXPECT_TRUE(networks({"::ffff:10.0.0.1"}).contains("10.0.0.1"));
  EXPECT_FALSE(networks({"::/0"}).contains("::ffff:10.0.0.1"));
}

TEST(Networks, UnixIsAWordOfItsOwn) {
  const auto set = networks({"unix"});
  EXPECT_FALSE(set.empty());
  EXPECT_TRUE(set.contains("unix"));
  EXPECT_FALSE(set.contains("127.0.0.1"));
  EXPECT_FALSE(networks({"0.0.0.0/0"}).contains("unix"));
}

TEST(Networks, WhatIsNoAddressIsContainedNowhere) {
  const auto set = networks({"0.0.0.0/0", "::/0"});
  for (const auto* text : {"", "localhost", "10.0.0", "10.0.0.0/8", "1.2.3.4 "})
    EXPECT_FALSE(set.contains(text)) << text;
}

TEST(Networks, NoneAtAllIsEmpty) { EXPECT_TRUE(networks({}).empty()); }

TEST(Networks, AnEntryThatIsNoNetworkIsNamed) {
  for (const std::string text : {"", "localhost", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x",
                                 "10.0.0.0/8/8", " 10.0.0.1"}) {
    const auto parsed = Networks::parse({"127.0.0.1", text});
    ASSERT_FALSE(parsed) << text;
    EXPECT_THAT(parsed.error(), HasSubstr("\"" + text + "\""));
  }
}

}  // namespace
}  // namespace gatepost::net
