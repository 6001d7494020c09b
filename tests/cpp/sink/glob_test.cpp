#include "gatepost/sink/glob.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace gatepost::sink {
namespace {

TEST(Glob, ALoneStarFitsAnythingEvenNothing) {
  EXPECT_TRUE(glob_match("*", ""));
  EXPECT_TRUE(glob_match("*", "olga@example.com"));
}

TEST(Glob, StarsStandForAnyRun) {
  EXPECT_TRUE(glob_match("full@*", "full@example.com"));
  EXPECT_TRUE(glob_match("*@*.ru", "ivan@mail.ru"));
  EXPECT_TRUE(glob_match("a*b*c", "aXbYbZc"));
  EXPECT_FALSE(glob_match("full@*", "not-full@example.com"));
  EXPECT_FALSE(glob_match("*@mail.ru", "ivan@mail.ru.example"));
}

TEST(Glob, AsciiLettersAreCaseBlind) { EXPECT_TRUE(glob_match("Olga@EXAMPLE.com", "oLGA@example.COM")); }

TEST(Glob, AQuestionMarkIsOneCharacterEvenACyrillicOne) {
  EXPECT_TRUE(glob_match("?@x", "a@x"));
  EXPECT_TRUE(glob_match("?@x", "я@x"));
  EXPECT_FALSE(glob_match("?@x", "@x"));
  EXPECT_FALSE(glob_match("?@x", "яя@x"));
}

TEST(Glob, AnEmptyPatternFitsTheNullSenderAlone) {
  EXPECT_TRUE(glob_match("", ""));
  EXPECT_FALSE(glob_match("", "a"));
}

TEST(Glob, ManyStarsOverALongTextEndInTime) {
  std::string pattern;
  for (int i = 0; i < 50; ++i) pattern += "a*";
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(glob_match(pattern + "b", std::string(100'000, 'a')));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

}  // namespace
}  // namespace gatepost::sink
