#include "gatepost/core/ascii.hpp"

#include <gtest/gtest.h>

namespace gatepost {
namespace {

std::string all_of_class(bool (*belongs)(char)) {
  std::string members;
  for (int i = 0; i < 256; ++i) {
    if (belongs(static_cast<char>(i))) members.push_back(static_cast<char>(i));
  }
  return members;
}

const std::string digits = "0123456789";
const std::string capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const std::string small = "abcdefghijklmnopqrstuvwxyz";

TEST(Ascii, ClassesHoldTheirMembersAndNoOctetBeyondAscii) {
  EXPECT_EQ(all_of_class(is_digit), digits);
  EXPECT_EQ(all_of_class(is_lower), small);
  EXPECT_EQ(all_of_class(is_upper), capitals);
  EXPECT_EQ(all_of_class(is_alpha), capitals + small);
  EXPECT_EQ(all_of_class(is_alnum), digits + capitals + small);
}

TEST(Ascii, ControlsAndPrintableCharactersMakeUpAscii) {
  for (int i = 0; i < 256; ++i) {
    const auto c = static_cast<char>(i);
    EXPECT_EQ(is_control(c), i < 32 || i == 127) << i;
    EXPECT_EQ(is_printable(c), i >= 32 && i < 127) << i;
    EXPECT_EQ(is_visible(c), i > 32 && i < 127) << i;
  }
}

TEST(Ascii, CaseChangesInLettersAlone) {
  EXPECT_EQ(lower("MAIL From:<Ivan@[ÄÖ]>"), "mail from:<ivan@[ÄÖ]>");
  EXPECT_EQ(upper("size=100{ä}"), "SIZE=100{ä}");
  EXPECT_EQ(lower(""), "");
}

TEST(Ascii, TextsThatDifferInCaseAloneAreEqual) {
  EXPECT_TRUE(equal_ignoring_case("Content-Type", "CONTENT-type"));
  EXPECT_TRUE(equal_ignoring_case("", ""));
  EXPECT_FALSE(equal_ignoring_case("From", "Fro"));
  EXPECT_FALSE(equal_ignoring_case("[", "{"));
  EXPECT_FALSE(equal_ignoring_case("@", "`"));
}

TEST(Ascii, TrimTakesSpaceOffTheEndsAndLeavesItInside) {
  EXPECT_EQ(trim("\r\n \ta b\t c \r\n"), "a b\t c");
  EXPECT_EQ(trim_front("  a "), "a ");
  EXPECT_EQ(trim_back("  a "), "  a");
  EXPECT_EQ(trim("\ta ", " "), "\ta");
}

TEST(Ascii, NothingIsLeftOfSpaceAlone) {
  for (const std::string_view text : {"", " ", "\r\n\t "}) {
    EXPECT_EQ(trim(text), "");
    EXPECT_EQ(trim_front(text), "");
    EXPECT_EQ(trim_back(text), "");
  }
}

}  // namespace
}  // namespace gatepost
