#include "gatepost/codes/normalise.hpp"

#include <gtest/gtest.h>

namespace gatepost::codes {
namespace {

TEST(Normalise, CaseAndPunctuationAreDropped) {
  EXPECT_EQ(normalise("Recipient address rejected: User UNKNOWN!"), " recipient address rejected user unknown ");
}

TEST(Normalise, AddressesAndIpAddressesBecomeSigns) {
  EXPECT_EQ(normalise("<user.spam@example.com>... client [192.0.2.1] blocked"), " @ client # blocked ");
}

TEST(Normalise, RussianIsLoweredAndAccentsAreDropped) {
  EXPECT_EQ(normalise("ПОЧТОВЫЙ Ящик Ёмкий"), " почтовый ящик емкий ");
  EXPECT_EQ(normalise("Boîte du destinataire archivée"), " boite du destinataire archivee ");
}

TEST(Normalise, TypographicApostropheIsAPlainOne) { EXPECT_EQ(normalise("domain’s policy"), " domain's policy "); }

TEST(Normalise, FullStopsStayInsideWordsOnly) {
  EXPECT_EQ(normalise("mailbox full. See a.b.c."), " mailbox full see a.b.c ");
}

TEST(Normalise, EmptyTextIsOneSpace) { EXPECT_EQ(normalise(""), " "); }

TEST(Normalise, LongTextIsCutBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 4000; ++i) text += "ы";
  EXPECT_EQ(normalise(text).size(), 4096U + 2U);
  EXPECT_EQ(clean_text(normalise(text)), normalise(text));
}

}  // namespace
}  // namespace gatepost::codes
