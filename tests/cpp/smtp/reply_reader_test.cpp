#include "gatepost/smtp/reply_reader.hpp"

#include <gtest/gtest.h>

namespace gatepost::smtp {
namespace {

using Status = ReplyReader::Status;

Status read_all(ReplyReader& reader, std::string_view bytes) { return reader.read(bytes); }

TEST(ReplyReader, OneLineGivesCodeEnhancedCodeAndText) {
  ReplyReader reader;
  ASSERT_EQ(read_all(reader, "250 2.1.5 Ok\r\n"), Status::reply);
  EXPECT_EQ(reader.code(), 250);
  const auto reply = reader.reply();
  EXPECT_EQ(reply.enhanced, (codes::EnhancedCode{2, 1, 5}));
  EXPECT_EQ(reply.text(), "Ok");
}

TEST(ReplyReader, SeveralLinesAreOneReply) {
  ReplyReader reader;
  ASSERT_EQ(read_all(reader, "250-mx.example\r\n250-SIZE 100\r\n250 HELP\r\n"), Status::reply);
  EXPECT_EQ(reader.lines(), (std::vector<std::string_view>{"250-mx.example", "250-SIZE 100", "250 HELP"}));
}

TEST(ReplyReader, BytesBehindTheReplyAreLeftToTheCaller) {
  ReplyReader reader;
  std::string_view bytes = "250 a\r\n354 b\r\n25";
  ASSERT_EQ(reader.read(bytes), Status::reply);
  EXPECT_EQ(bytes, "354 b\r\n25");
  ASSERT_EQ(reader.read(bytes), Status::reply);
  EXPECT_EQ(reader.code(), 354);
  EXPECT_EQ(reader.read(bytes), Status::more);
  EXPECT_TRUE(bytes.empty());
  EXPECT_EQ(read_all(reader, "1 c\r\n"), Status::reply);
  EXPECT_EQ(reader.code(), 251);
}

TEST(ReplyReader, ByteByByteGivesTheSameReply) {
  ReplyReader reader;
  const std::string text = "550-5.7.1 one\r\n550 5.7.1 two\r\n";
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    ASSERT_EQ(read_all(reader, std::string_view(text).substr(i, 1)), Status::more);
  }
  ASSERT_EQ(read_all(reader, "\n"), Status::reply);
  EXPECT_EQ(reader.reply().code, 550);
  EXPECT_EQ(reader.reply().lines.size(), 2u);
}

TEST(ReplyReader, CodeAloneAndBareLineFeedAreUnderstood) {
  ReplyReader reader;
  ASSERT_EQ(read_all(reader, "354\n"), Status::reply);
  EXPECT_EQ(reader.code(), 354);
  EXPECT_EQ(reader.reply().text(), "");
  ASSERT_EQ(read_all(reader, "250-\r\n250 \r\n"), Status::reply);
}

TEST(ReplyReader, SixHundredsOfSendsayAreReplies) {
  ReplyReader reader;
  ASSERT_EQ(read_all(reader, "635 6.7.8 issue is blocked\r\n"), Status::reply);
  EXPECT_EQ(reader.code(), 635);
}

TEST(ReplyReader, LastLineDecidesWhereCodesDiffer) {
  ReplyReader reader;
  ASSERT_EQ(read_all(reader, "250-fine\r\n550 or not\r\n"), Status::reply);
  EXPECT_EQ(reader.code(), 550);
}

TEST(ReplyReader, WhatIsNoReplyBreaksTheStreamForGood) {
  for (const std::string_view bytes : {"hello\r\n", "\r\n", "25\r\n", "2500 x\r\n", "250_x\r\n", "150 x\r\n",
                                       "700 x\r\n", "2x0 x\r\n", "HTTP/1.1 400\r\n"}) {
    ReplyReader reader;
    EXPECT_EQ(read_all(reader, bytes), Status::broken) << bytes;
    EXPECT_FALSE(reader.error().empty());
    EXPECT_EQ(read_all(reader, "250 ok\r\n"), Status::broken);
  }
}

TEST(ReplyReader, LineOver4096BytesIsRefused) {
  ReplyReader fits;
  EXPECT_EQ(read_all(fits, "250 " + std::string(4000, 'x') + "\r\n"), Status::reply);
  ReplyReader whole;
  EXPECT_EQ(read_all(whole, "250 " + std::string(4096, 'x') + "\r\n"), Status::broken);
  ReplyReader endless;
  auto status = Status::more;
  std::size_t fed = 0;
  while (status == Status::more && fed < 10'000) {
    status = read_all(endless, "2");
    ++fed;
  }
  EXPECT_EQ(status, Status::broken);
  EXPECT_EQ(fed, 4097u);
}

TEST(ReplyReader, EndlessReplyIsRefusedByLinesAndByBytes) {
  ReplyReader lines;
  std::string many;
  for (int i = 0; i < 128; ++i) many += "250-x\r\n";
  EXPECT_EQ(read_all(lines, many), Status::more);
  EXPECT_EQ(read_all(lines, "250-x\r\n"), Status::broken);

  ReplyReader bytes;
  std::string big;
  for (int i = 0; i < 20; ++i) big += "250-" + std::string(4000, 'x') + "\r\n";
  EXPECT_EQ(read_all(bytes, big), Status::broken);
}

TEST(ReplyReader, ControlsInTheTextCannotReachATerminal) {
  ReplyReader reader;
  ASSERT_EQ(read_all(reader, std::string_view("250 a\x1b[2Jb\0c\rd\r\n", 16)), Status::reply);
  EXPECT_EQ(reader.reply().text(), "a?[2Jb?c?d");
}

TEST(ReplyReader, ControlsBeyondAsciiCannotReachATerminalEither) {
  for (const std::string mark :
       {"\u009B", "\u0085", "\u061C", "\u200F", "\u2028", "\u202A", "\u202E", "\u2066", "\u2069"}) {
    ReplyReader reader;
    ASSERT_EQ(read_all(reader, "550-5.7.1 a" + mark + "b\r\n550 5.7.1 " + mark + "\r\n"), Status::reply);
    EXPECT_EQ(reader.reply().text(), "a?b ?");
    EXPECT_EQ(reader.text(), "550-5.7.1 a?b\n550 5.7.1 ?\n");
    ReplyReader broken;
    ASSERT_EQ(read_all(broken, "no reply " + mark + "\r\n"), Status::broken);
    EXPECT_EQ(broken.error(), "not an SMTP reply: \"no reply ?\"");
  }
}

TEST(ReplyReader, RussianTextSurvives) {
  ReplyReader reader;
  ASSERT_EQ(read_all(reader, "550 5.1.1 Нет такого ящика\r\n"), Status::reply);
  EXPECT_EQ(reader.reply().text(), "Нет такого ящика");
}

}  // namespace
}  // namespace gatepost::smtp
