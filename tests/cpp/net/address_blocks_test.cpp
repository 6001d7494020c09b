#include "gatepost/net/address_blocks.hpp"

#include <gmock/gmock.h>

namespace gatepost::net {
namespace {

using testing::HasSubstr;

AddressBlocks blocks(const std::vector<std::string>& texts) {
  auto parsed = AddressBlocks::parse(texts);
  if (!parsed) throw std::runtime_error(parsed.error());
  return *parsed;
}

TEST(AddressBlocks, ALoneAddressContainsItselfAlone) {
  const auto set = blocks({"192.0.2.1", "2001:db8::1"});
  EXPECT_TRUE(set.contains("192.0.2.1"));
  EXPECT_TRUE(set.contains("2001:db8:0:0::1"));
  EXPECT_FALSE(set.contains("192.0.2.2"));
  EXPECT_FALSE(set.contains("2001:db8::2"));
}

TEST(AddressBlocks, ABlockEndsWhereItsPrefixSays) {
  const auto set = blocks({"10.1.2.128/25", "2001:db8:0:8000::/49"});
  EXPECT_TRUE(set.contains("10.1.2.128"));
  EXPECT_TRUE(set.contains("10.1.2.255"));
  EXPECT_FALSE(set.contains("10.1.2.127"));
  EXPECT_FALSE(set.contains("10.1.3.128"));
  EXPECT_TRUE(set.contains("2001:db8:0:ffff::1"));
  EXPECT_FALSE(set.contains("2001:db8:0:7fff::1"));
}

TEST(AddressBlocks, BitsBehindThePrefixDoNotMatter) { EXPECT_TRUE(blocks({"10.9.9.9/8"}).contains("10.1.1.1")); }

TEST(AddressBlocks, APrefixOfNothingContainsAllOfItsFamily) {
  const auto v4 = blocks({"0.0.0.0/0"});
  EXPECT_TRUE(v4.contains("255.255.255.255"));
  EXPECT_FALSE(v4.contains("::1"));
  const auto v6 = blocks({"::/0"});
  EXPECT_TRUE(v6.contains("fe80::1"));
  EXPECT_FALSE(v6.contains("127.0.0.1"));
}

TEST(AddressBlocks, AMappedAddressCountsAsIpv4OnBothSides) {
  EXPECT_TRUE(blocks({"10.0.0.0/8"}).contains("::ffff:10.1.2.3"));
  EXPECT_FALSE(blocks({"10.0.0.0/8"}).contains("::ffff:11.1.2.3"));
  EXPECT_TRUE(blocks({"::ffff:10.0.0.0/104"}).contains("10.1.2.3"));
  EXPECT_TRUE(blocks({"::ffff:10.0.0.1"}).contains("10.0.0.1"));
  EXPECT_FALSE(blocks({"::/0"}).contains("::ffff:10.0.0.1"));
}

TEST(AddressBlocks, UnixIsAWordOfItsOwn) {
  const auto set = blocks({"unix"});
  EXPECT_FALSE(set.empty());
  EXPECT_TRUE(set.contains("unix"));
  EXPECT_FALSE(set.contains("127.0.0.1"));
  EXPECT_FALSE(blocks({"0.0.0.0/0"}).contains("unix"));
}

TEST(AddressBlocks, WhatIsNoAddressIsContainedNowhere) {
  const auto set = blocks({"0.0.0.0/0", "::/0"});
  for (const auto* text : {"", "localhost", "10.0.0", "10.0.0.0/8", "1.2.3.4 "})
    EXPECT_FALSE(set.contains(text)) << text;
}

TEST(AddressBlocks, NoneAtAllIsEmpty) { EXPECT_TRUE(blocks({}).empty()); }

TEST(AddressBlocks, AnEntryThatIsNoBlockIsNamed) {
  for (const std::string text : {"", "localhost", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x",
                                 "10.0.0.0/8/8", " 10.0.0.1"}) {
    const auto parsed = AddressBlocks::parse({"127.0.0.1", text});
    ASSERT_FALSE(parsed) << text;
    EXPECT_THAT(parsed.error(), HasSubstr("\"" + text + "\""));
  }
}

}  // namespace
}  // namespace gatepost::net
