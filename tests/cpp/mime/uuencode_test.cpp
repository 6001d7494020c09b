#include "gatepost/mime/encoding/uuencode.hpp"

#include <gtest/gtest.h>

#include <string>

using namespace gatepost::mime;

TEST(Uuencode, SpacesCutOffAtTheEndOfALineAreZeros) {
  bool odd = false;
  EXPECT_EQ(decode_uuencode("begin 644 a\n#86)C\n#80\n#\n`\nend\nrest", odd), "abca" + std::string(5, '\0'));
  EXPECT_EQ(decode_uuencode("text\r\nbegin 644 a\r\n#86)C\r\n \r\nend\r\n", odd), "abc");
  EXPECT_EQ(decode_uuencode("#86)Cx", odd), "abc");
  EXPECT_EQ(decode_uuencode("begin 644", odd), "");
  EXPECT_FALSE(odd);
}

TEST(Uuencode, ForeignLinesArePassedOverAndTold) {
  bool odd = false;
  EXPECT_EQ(decode_uuencode("begin 644 a\nwhat?\n#86)C\n#8\x80)C\nend", odd), "abc");
  EXPECT_TRUE(odd);
}

TEST(Uuencode, LinesCutShortDoNotGrowWithoutMeasure) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "_\n";
  bool odd = false;
  EXPECT_LE(decode_uuencode(text, odd).size(), 4 * text.size());
  EXPECT_TRUE(odd);
}
