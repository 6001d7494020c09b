#include "gatepost/dkim/letter_view.hpp"

#include <gtest/gtest.h>

namespace gatepost::dkim {
namespace {

TEST(SplitLetter, FieldsAndBodyAreFound) {
  const auto letter = split_letter("From: a\r\nSubject : b\r\n c\r\n\r\nbody\r\n");
  ASSERT_EQ(letter.fields.size(), 2u);
  EXPECT_EQ(letter.fields[1].name, "Subject");
  EXPECT_EQ(letter.fields[1].whole, "Subject : b\r\n c");
  EXPECT_EQ(letter.fields[1].value(), " b\r\n c");
  EXPECT_EQ(letter.body, "body\r\n");
  EXPECT_TRUE(letter.well_formed);
}

TEST(SplitLetter, AHeaderThatCanBeReadInTwoWaysIsNotWellFormed) {
  for (const std::string_view raw :
       {"From: a\r\nWords that a reader takes for the body\r\n\r\nx", "From: a\r\nX: b\nFrom: c\r\n\r\nx",
        "From: a\r\nX: b\rFrom: c\r\n\r\nx", "From: a\r\n folded: b\r\nno field\r\n\r\n",
        "From: a\r\nTwo words: b\r\n\r\n", "From: a\r\n: b\r\n\r\n", "From: a\r\n\r\r\n\r\n", "From: a\r\n\n\r\n"}) {
    EXPECT_FALSE(split_letter(raw).well_formed) << raw;
  }
}

TEST(SplitLetter, TheLineOfAnMboxFileIsNoFault) {
  const auto letter = split_letter("From a@b Sun Nov 22 10:00:00 2026\r\nFrom: a\r\n\r\nx");
  EXPECT_TRUE(letter.well_formed);
  EXPECT_EQ(letter.fields.size(), 1u);
  EXPECT_FALSE(split_letter("To: b\r\nFrom a@b Sun Nov 22 10:00:00 2026\r\n\r\nx").well_formed);
}

TEST(SplitLetter, MoreThanTenThousandFieldsAreNotWellFormed) {
  std::string raw;
  for (int i = 0; i < 10'001; ++i) raw += "X: y\r\n";
  const auto letter = split_letter(raw + "\r\nbody");
  EXPECT_EQ(letter.fields.size(), 10'000u);
  EXPECT_FALSE(letter.well_formed);
}

}  // namespace
}  // namespace gatepost::dkim
