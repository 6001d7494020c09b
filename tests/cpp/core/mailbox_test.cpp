#include "gatepost/core/mailbox.hpp"

#include <gtest/gtest.h>

namespace gatepost {
namespace {

TEST(Mailbox, LastAtPartsTheDomainFromTheLocalPart) {
  EXPECT_EQ(split_mailbox("ivan@example.com").local, "ivan");
  EXPECT_EQ(split_mailbox("ivan@example.com").domain, "example.com");
  EXPECT_EQ(split_mailbox("\"a@b\"@example.com").local, "\"a@b\"");
  EXPECT_EQ(split_mailbox("@example.com").domain, "example.com");
}

TEST(Mailbox, WithoutAnAtThereIsNoDomain) {
  for (const auto* alone : {"postmaster", ""}) {
    EXPECT_EQ(split_mailbox(alone).local, alone);
    EXPECT_EQ(split_mailbox(alone).domain, "");
    EXPECT_FALSE(split_mailbox(alone).has_at);
  }
  EXPECT_TRUE(split_mailbox("ivan@").has_at);
}

}  // namespace
}  // namespace gatepost
