#include "gatepost/core/utf8.hpp"

#include <gtest/gtest.h>

using namespace gatepost;

TEST(Utf8, WellFormedTextHasNoFault) {
  EXPECT_EQ(find_invalid_utf8("plain ASCII, longer than eight bytes"), std::string_view::npos);
  EXPECT_EQ(find_invalid_utf8("Привет, 世界 😀"), std::string_view::npos);
  EXPECT_EQ(find_invalid_utf8(""), std::string_view::npos);
}

TEST(Utf8, FaultIsNamedByItsOffset) {
  EXPECT_EQ(find_invalid_utf8("abc\xFF"), 3U);
  EXPECT_EQ(find_invalid_utf8("Пр\xD0"), 4U);
  EXPECT_EQ(find_invalid_utf8("12345678\x80"), 8U);
}

TEST(Utf8, OverlongFormsSurrogatesAndBeyondUnicodeAreFaults) {
  EXPECT_EQ(find_invalid_utf8("\xC0\xAF"), 0U);
  EXPECT_EQ(find_invalid_utf8("\xE0\x80\xAF"), 0U);
  EXPECT_EQ(find_invalid_utf8("\xED\xA0\x80"), 0U);
  EXPECT_EQ(find_invalid_utf8("\xF4\x90\x80\x80"), 0U);
  EXPECT_EQ(find_invalid_utf8("\xF0\x80\x80\x80"), 0U);
}

TEST(Utf8, PrefixCutsNoCharacter) {
  EXPECT_EQ(utf8_prefix("Привет", 5), "Пр");
  EXPECT_EQ(utf8_prefix("😀😀", 7), "😀");
  EXPECT_EQ(utf8_prefix("ab", 10), "ab");
  EXPECT_EQ(utf8_prefix("😀", 3), "");
}

TEST(Utf8, LengthOfABrokenByteIsOne) {
  EXPECT_EQ(utf8_length_at("ж", 0), 2U);
  EXPECT_EQ(utf8_length_at("\xD0", 0), 1U);
  EXPECT_EQ(utf8_length_at("😀", 0), 4U);
}
