#include "gatepost/codes/reply_code.hpp"

#include <gtest/gtest.h>

namespace gatepost::codes {
namespace {

TEST(ReplyCode, ThreeDigitsFrom200To699AreReadWithTheirSeparator) {
  EXPECT_EQ(leading_reply_code("250"), 250);
  EXPECT_EQ(leading_reply_code("250 OK"), 250);
  EXPECT_EQ(leading_reply_code("200-first"), 200);
  EXPECT_EQ(leading_reply_code("699 last"), 699);
}

TEST(ReplyCode, AnythingElseIsRefused) {
  for (const std::string_view line :
       {"", "25", "199 low", "700 high", "2a0 x", "25o x", "2500", "250x", " 250 OK", "-250"}) {
    EXPECT_EQ(leading_reply_code(line), std::nullopt) << line;
  }
}

TEST(ReplyCode, TheCallerSaysWhichSeparatorsCount) {
  EXPECT_EQ(leading_reply_code("550: no", " -:"), 550);
  EXPECT_EQ(leading_reply_code("550: no"), std::nullopt);
  EXPECT_EQ(leading_reply_code("550-no", " "), std::nullopt);
}

}  // namespace
}  // namespace gatepost::codes
