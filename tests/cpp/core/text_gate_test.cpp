#include "gatepost/core/text_gate.hpp"

#include <gtest/gtest.h>

#include <string>

using namespace gatepost;

TEST(TextGate, EveryControlIsRefusedByNameOrNumber) {
  for (int c = 0; c < 0x20; ++c) {
    const std::string text = std::string("ab") + static_cast<char>(c);
    const auto error = check_line("subject", text);
    ASSERT_TRUE(error) << c;
    EXPECT_EQ(error->where, "subject");
    EXPECT_NE(error->what.find("byte 2"), std::string::npos) << error->what;
  }
  EXPECT_TRUE(check_line("x", "\x7F"));
}

TEST(TextGate, LineFeedIsCalledThat) {
  EXPECT_EQ(check_line("attachments[1].name", "abc\nd")->message(), "attachments[1].name: byte 3 is a line feed");
}

TEST(TextGate, TabPassesOnlyWhereAllowed) {
  EXPECT_TRUE(check_line("x", "a\tb"));
  EXPECT_FALSE(check_line("x", "a\tb", Tabs::allowed));
}

TEST(TextGate, BrokenUtf8IsRefusedWithItsByte) {
  EXPECT_EQ(check_line("x", "ab\xFF")->what, "byte 2 (0xFF) is not UTF-8");
  EXPECT_FALSE(check_line("x", "Привет"));
}

TEST(TextGate, QuotedTextShowsControlsAndIsCut) {
  EXPECT_EQ(quoted_for_message("a\r\n\xFFж"), "'a\\x0d\\x0a\\xffж'");
  EXPECT_LT(quoted_for_message(std::string(1000, 'a')).size(), 80U);
}
