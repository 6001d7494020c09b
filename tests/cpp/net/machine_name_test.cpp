#include "gatepost/net/machine_name.hpp"

#include <gtest/gtest.h>

namespace gatepost::net {
namespace {

TEST(MachineName, NameThatOthersCouldFindIsPublicAndNoOther) {
  for (const char* name : {"mail.example.com", "A1.example", "xn--e1afmkfd.xn--p1ai", "host-7.local"}) {
    EXPECT_TRUE(is_public_name(name)) << name;
  }
  for (const char* name : {"", "localhost", "mail", "localhost.localdomain", "pc.LocalDomain", "a.localhost", "a..b",
                           ".a.b", "-a.b", "a-.b", "my_pc.example", "192.0.2.1", "a b.c", "почта.рф"}) {
    EXPECT_FALSE(is_public_name(name)) << name;
  }
  EXPECT_FALSE(is_public_name(std::string(64, 'a') + ".b"));
}

TEST(MachineName, IsTheSameEachTimeAndEmptyOrPublic) {
  const auto name = machine_name(std::chrono::seconds(30));
  EXPECT_EQ(machine_name(std::chrono::milliseconds(0)), name);
  EXPECT_TRUE(name.empty() || is_public_name(name)) << name;
}

}  // namespace
}  // namespace gatepost::net
