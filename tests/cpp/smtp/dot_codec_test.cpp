#include <gtest/gtest.h>

#include <random>

#include "gatepost/smtp/dot_decoder.hpp"
#include "gatepost/smtp/dot_encoder.hpp"

namespace gatepost::smtp {
namespace {

constexpr std::uint64_t no_limit = 1u << 30;

std::string encode(std::string_view data, std::size_t room) {
  DotEncoder encoder(data);
  std::string out;
  while (!encoder.done()) {
    const auto before = out.size();
    encoder.append_to(out, room);
    EXPECT_LE(out.size() - before, room + 8);
    EXPECT_GT(out.size(), before);
  }
  return out;
}
std::string encode(std::string_view data) { return encode(data, 64 * 1024); }

struct Decoded {
  std::string data;
  std::string rest;
  bool done;
  bool bare;
  bool too_large;
  bool operator==(const Decoded&) const = default;
};

Decoded decode(std::string_view wire, std::size_t portion, std::uint64_t max = no_limit) {
  DotDecoder decoder(max);
  std::string out;
  while (!wire.empty() && !decoder.done()) {
    auto part = wire.substr(0, portion);
    const auto size = part.size();
    decoder.read(part, out);
    wire.remove_prefix(size - part.size());
  }
  return {out, std::string(wire), decoder.done(), decoder.bare_newline(), decoder.too_large()};
}
Decoded decode(std::string_view wire) {
  const auto whole = decode(wire, wire.size() + 1);
  for (const std::size_t portion : {1u, 2u, 3u, 7u}) EXPECT_EQ(decode(wire, portion), whole) << portion;
  return whole;
}

TEST(DotEncoder, CanonicalLinesGoOutUnchangedWithTheDotBehindThem) {
  EXPECT_EQ(encode("a\r\nb\r\n"), "a\r\nb\r\n.\r\n");
}

TEST(DotEncoder, LastLineWithoutCrlfGetsOne) { EXPECT_EQ(encode("a\r\nb"), "a\r\nb\r\n.\r\n"); }

TEST(DotEncoder, EmptyLetterIsTheDotAlone) { EXPECT_EQ(encode(""), ".\r\n"); }

TEST(DotEncoder, DotsAreDoubledAtTheBeginningOfLinesOnly) {
  EXPECT_EQ(encode(".\r\n..\r\na.b\r\n.c"), "..\r\n...\r\na.b\r\n..c\r\n.\r\n");
}

TEST(DotEncoder, BareNewlinesBecomeCrlfSoThatNothingInsideEndsTheLetter) {
  EXPECT_EQ(encode("a\n.\nMAIL FROM:<x>"), "a\r\n..\r\nMAIL FROM:<x>\r\n.\r\n");
  EXPECT_EQ(encode("a\r.\rb"), "a\r\n..\r\nb\r\n.\r\n");
  EXPECT_EQ(encode("a\r\n.\rb"), "a\r\n..\r\nb\r\n.\r\n");
  EXPECT_EQ(encode("a\n.\r\nb"), "a\r\n..\r\nb\r\n.\r\n");
  EXPECT_EQ(encode("\r\r\n\n"), "\r\n\r\n\r\n.\r\n");
  EXPECT_EQ(encode("a\r"), "a\r\n.\r\n");
  EXPECT_EQ(encode("a\n"), "a\r\n.\r\n");
  EXPECT_EQ(encode("\n\r"), "\r\n\r\n.\r\n");
}

TEST(DotEncoder, SizeOnTheWireCountsWhatIsSentWithoutDoubledDots) {
  for (const char* data :
       {"", "a", "a\r\n", "a\n", "a\r", "\n", "\r", "\n\n\r\r", "a\nb\rc\r\nd", "a\r\r\n", "\r\n\n"}) {
    EXPECT_EQ(size_on_the_wire(data), encode(data).size() - 3) << data;
  }
  EXPECT_EQ(size_on_the_wire("..\n."), 7U);
}

TEST(DotEncoder, PortionsDoNotChangeTheResult) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::string data;
    for (int i = 0; i < 60; ++i) data += "\r\n.\r\n.ab"[random() % 8];
    const auto whole = encode(data);
    for (const std::size_t room : {1u, 2u, 3u, 5u, 17u}) ASSERT_EQ(encode(data, room), whole);
    ASSERT_EQ(whole.find("\r\n.\r\n"), whole.size() == 3 ? std::string::npos : whole.size() - 5);
    const auto back = decode(whole);
    ASSERT_TRUE(back.done);
    ASSERT_FALSE(back.bare);
    ASSERT_EQ(back.rest, "");
  }
}

TEST(DotEncoder, MegabyteWithoutALineEndGoesOutInPortions) {
  const std::string data(3u << 20, 'x');
  EXPECT_EQ(encode(data), data + "\r\n.\r\n");
}

TEST(DotDecoder, EndsOnCrlfDotCrlfAndLeavesTheRest) {
  const auto got = decode("a\r\nb\r\n.\r\nQUIT\r\n");
  EXPECT_TRUE(got.done);
  EXPECT_EQ(got.data, "a\r\nb\r\n");
  EXPECT_EQ(got.rest, "QUIT\r\n");
  EXPECT_FALSE(got.bare);
}

TEST(DotDecoder, DotInTheFirstLineIsAnEmptyLetter) {
  const auto got = decode(".\r\n");
  EXPECT_TRUE(got.done);
  EXPECT_EQ(got.data, "");
}

TEST(DotDecoder, DoubledDotsAreTakenAway) {
  EXPECT_EQ(decode("..\r\n...\r\n.a\r\nb.\r\n..c\r\n.\r\n").data, ".\r\n..\r\na\r\nb.\r\n.c\r\n");
}

TEST(DotDecoder, NoVariantOfTheEndWithABareNewlineEndsTheLetter) {
  for (const std::string_view fake : {"\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r\n.\r", "\r.\r\n", "\n.\r", "\r.\n",
                                      "\r\n.\r\r\n", "\r\r\n.\n", "\n\r\n.\n", "\r\n.\n\r\n", "\r\n\r.\r\n"}) {
    const auto got = decode("a" + std::string(fake) + "MAIL FROM:<x@y>\r\nb\r\n.\r\nNOOP\r\n");
    EXPECT_TRUE(got.done);
    EXPECT_TRUE(got.bare) << testing::PrintToString(fake);
    EXPECT_NE(got.data.find("MAIL FROM"), std::string::npos) << testing::PrintToString(fake);
    EXPECT_EQ(got.rest, "NOOP\r\n") << testing::PrintToString(fake);
  }
}

TEST(DotDecoder, EveryOtherByteIsKeptAsItCame) {
  std::string data;
  for (int i = 0; i < 256; ++i) data.push_back(static_cast<char>(i));
  EXPECT_EQ(decode("x" + data + "\r\n.\r\n").data, "x" + data + "\r\n");
  EXPECT_EQ(decode("a\rb\nc\r\n.\r\n").data, "a\rb\nc\r\n");
}

TEST(DotDecoder, LineOfMoreThanAThousandOctetsIsFoundInAnyPortions) {
  const auto long_line = [](std::string_view wire) {
    bool whole = false;
    for (const std::size_t portion : {std::size_t{100'000}, std::size_t{1}, std::size_t{7}}) {
      DotDecoder decoder(no_limit);
      std::string out;
      for (auto rest = wire; !rest.empty();) {
        auto part = rest.substr(0, portion);
        rest.remove_prefix(part.size());
        decoder.read(part, out);
      }
      EXPECT_TRUE(decoder.done());
      if (portion > 1000) whole = decoder.long_line();
      EXPECT_EQ(decoder.long_line(), whole) << portion;
    }
    return whole;
  };
  const std::string most(998, 'x');
  for (const std::string_view before : {"", "a\r\n", "a\n"}) {
    for (const std::string_view after : {"\r\n.\r\n", "\r\nb\r\n.\r\n"}) {
      const std::string begin(before);
      const std::string end(after);
      if (before != "a\n") {
        EXPECT_FALSE(long_line(begin + most + end));
        EXPECT_FALSE(long_line(begin + ".." + most.substr(1) + end)) << "the doubled dot is not of the line";
      }
      EXPECT_TRUE(long_line(begin + most + "x" + end));
      EXPECT_TRUE(long_line(begin + ".." + most + end));
      EXPECT_TRUE(long_line(begin + most + "\ry" + end));
      EXPECT_TRUE(long_line(begin + std::string(100'000, 'x') + end));
    }
  }
}

TEST(DotDecoder, LetterOverTheLimitIsReadToItsEndAndThrownAway) {
  const std::string body = std::string(100, 'x') + "\r\n";
  EXPECT_FALSE(decode(body + ".\r\n", 1000, 102).too_large);
  for (const std::size_t portion : {1u, 13u, 1000u}) {
    const auto got = decode(body + ".\r\nNOOP\r\n", portion, 101);
    EXPECT_TRUE(got.done);
    EXPECT_TRUE(got.too_large);
    EXPECT_EQ(got.data, "");
    EXPECT_EQ(got.rest, "NOOP\r\n");
  }
}

TEST(DotCodec, WhatIsEncodedComesBackWithCanonicalLineEnds) {
  std::string data;
  for (int i = 0; i < 5000; ++i)
    data += (i % 3 == 0 ? "." : "") + std::string(static_cast<std::size_t>(i % 90), 'y') + "\r\n";
  const auto wire = encode(data);
  for (const std::size_t portion : {1u, 100u, 4096u, 1000000u}) EXPECT_EQ(decode(wire, portion).data, data);
}

}  // namespace
}  // namespace gatepost::smtp
