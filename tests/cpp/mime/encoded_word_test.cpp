#include "gatepost/mime/header/encoded_word.hpp"

#include <gtest/gtest.h>

#include "gatepost/core/utf8.hpp"

using namespace gatepost;
using namespace gatepost::mime;

TEST(EncodedWord, ShorterEncodingIsChosen) {
  EXPECT_EQ(shorter_word_encoding("Привет"), WordEncoding::b);
  EXPECT_EQ(shorter_word_encoding("Caf\u00E9 au lait"), WordEncoding::q);
}

TEST(EncodedWord, NeverBeyond75NorCuttingACharacter) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += i % 2 == 0 ? "жё😀" : "a=?_";
  for (const auto encoding : {WordEncoding::b, WordEncoding::q}) {
    for (std::size_t room = min_encoded_word; room < 90; ++room) {
      std::string_view rest = text;
      while (!rest.empty()) {
        std::string word;
        const std::size_t taken = append_encoded_word(word, rest, encoding, room);
        ASSERT_GT(taken, 0U);
        ASSERT_LE(word.size(), std::min<std::size_t>(room, 75));
        ASSERT_EQ(find_invalid_utf8(rest.substr(0, taken)), std::string_view::npos);
        ASSERT_EQ(decode_encoded_words(word), rest.substr(0, taken));
        rest.remove_prefix(taken);
      }
    }
  }
}

TEST(DecodeEncodedWords, SpaceBetweenWordsGoesAndBesideTextStays) {
  EXPECT_EQ(decode_encoded_words("=?utf-8?Q?a?= =?utf-8?Q?b?="), "ab");
  EXPECT_EQ(decode_encoded_words("=?utf-8?Q?a?=\t  =?utf-8?B?Yg==?="), "ab");
  EXPECT_EQ(decode_encoded_words("x =?utf-8?Q?a_b?= y"), "x a b y");
}

// GMime 3.2.13 drops all that follows the first padded word of a row.
TEST(DecodeEncodedWords, PaddedBase64WordsInARowAreAllRead) {
  EXPECT_EQ(decode_encoded_words("=?utf-8?B?0J/RgNC40LI=?= =?utf-8?B?0LXRgg==?= =?utf-8?B?IQ==?="), "Привет!");
}

TEST(DecodeEncodedWords, CharacterCutBetweenTwoWordsComesTogether) {
  EXPECT_EQ(decode_encoded_words("=?utf-8?Q?=D0?= =?utf-8?Q?=96?="), "Ж");
}

TEST(DecodeEncodedWords, RussianCharsets) {
  EXPECT_EQ(decode_encoded_words("=?windows-1251?Q?=CF=F0=E8=E2=E5=F2?="), "Привет");
  EXPECT_EQ(decode_encoded_words("=?KOI8-R?B?8NLJ18XU?="), "Привет");
  EXPECT_EQ(decode_encoded_words("=?iso-8859-5?Q?=BF=E0=D8=D2=D5=E2?="), "Привет");
  EXPECT_EQ(decode_encoded_words("=?cp866?Q?=8F=E0=A8=A2=A5=E2?="), "Привет");
  EXPECT_EQ(decode_encoded_words("=?utf-8*ru?Q?=D0=96?="), "Ж");
}

TEST(DecodeEncodedWords, WhatIsNoWordStaysAsItIs) {
  for (const char* text : {"=?", "=?=", "=?utf-8?X?a?=", "=?utf-8?Q?a", "=??Q?a?=", "a=b", "=?utf-8?Q?a?b"}) {
    EXPECT_EQ(decode_encoded_words(text), text);
  }
}

TEST(DecodeEncodedWords, BareBytesAreGuessed) {
  EXPECT_EQ(decode_encoded_words("\xCF\xF0\xE8\xE2\xE5\xF2"), "Привет");
  EXPECT_EQ(decode_encoded_words("\xF0\xD2\xC9\xD7\xC5\xD4"), "Привет");
  EXPECT_EQ(decode_encoded_words("Привет"), "Привет");
}

TEST(DecodeEncodedWords, LongRowsTakeLinearTime) {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "=?utf-8?q?";
  EXPECT_EQ(decode_encoded_words(text).size(), text.size());
}

TEST(DecodeEncodedWords, BareQuestionMarkInAQWordEndsNothing) {
  EXPECT_EQ(decode_encoded_words("=?utf-8?Q?what?_yes!?= x"), "what? yes! x");
  EXPECT_EQ(decode_encoded_words("=?utf-8?Q?=D0=96?\?= =?utf-8?B?0JY=?="), "Ж?Ж");
}

TEST(DecodeEncodedWords, WordThatIsNotClosedStaysAndTheNextIsRead) {
  EXPECT_EQ(decode_encoded_words("=?utf-8?Q?open =?utf-8?B?0JY=?="), "=?utf-8?Q?open Ж");
  EXPECT_EQ(decode_encoded_words("=?utf-8?Q?cut"), "=?utf-8?Q?cut");
  EXPECT_EQ(decode_encoded_words("=?utf-8?Q"), "=?utf-8?Q");
  EXPECT_EQ(decode_encoded_words("=?utf-8?B?\?="), "");
}
