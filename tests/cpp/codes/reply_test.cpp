#include "gatepost/codes/reply.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace gatepost::codes {
namespace {

TEST(EnhancedCode, ThreeDigitDetailAndClassSixAreRead) {
  EXPECT_EQ(parse_enhanced("5.7.606 Access denied"), (EnhancedCode{5, 7, 606}));
  EXPECT_EQ(parse_enhanced("6.7.8"), (EnhancedCode{6, 7, 8}));
}

TEST(EnhancedCode, AnIpAddressOrAVersionIsNone) {
  EXPECT_FALSE(parse_enhanced("5.7.1.2 blocked"));
  EXPECT_FALSE(parse_enhanced("3.7.1 text"));
  EXPECT_FALSE(parse_enhanced("5.7 text"));
  EXPECT_FALSE(parse_enhanced("5.7.1234 text"));
  EXPECT_FALSE(parse_enhanced(""));
}

TEST(ParseReply, CodeEnhancedCodeAndTextAreTakenApart) {
  const Reply reply = parse_reply("550 5.7.1 No such user!");
  EXPECT_EQ(reply.code, 550);
  EXPECT_EQ(reply.enhanced, (EnhancedCode{5, 7, 1}));
  EXPECT_EQ(reply.text(), "No such user!");
  EXPECT_EQ(reply.to_string(), "550 5.7.1 No such user!");
}

TEST(ParseReply, LinesOfARealMultiLineReplyAreJoined) {
  const Reply reply = parse_reply("550-5.1.1 The account\r\n550-5.1.1 does not\r\n550 5.1.1 exist.\r\n");
  EXPECT_EQ(reply.lines, (std::vector<std::string>{"The account", "does not", "exist."}));
  EXPECT_EQ(reply.text(), "The account does not exist.");
}

TEST(ParseReply, MultiLineReplyPastedAsOneLineIsTakenApart) {
  const Reply reply =
      parse_reply("550-5.2.1 The account is disabled. Learn more at 550 5.2.1 https://x.example - gsmtp");
  EXPECT_EQ(reply.enhanced, (EnhancedCode{5, 2, 1}));
  EXPECT_EQ(reply.text(), "The account is disabled. Learn more at https://x.example - gsmtp");
}

TEST(ParseReply, PastedLinesWithoutEnhancedCodesAreTakenApart) {
  const Reply reply = parse_reply("554-mail.com Nemesis 554-No SMTP service 554 Bad DNS");
  EXPECT_EQ(reply.text(), "mail.com Nemesis No SMTP service Bad DNS");
}

TEST(ParseReply, TheSameNumberInsideTheTextStays) {
  EXPECT_EQ(parse_reply("550 limit of 550 letters").text(), "limit of 550 letters");
}

TEST(ParseReply, SixHundredsOfSendsayAreAccepted) {
  const Reply reply = parse_reply("635 6.7.8 no email in From:");
  EXPECT_EQ(reply.code, 635);
  EXPECT_EQ(reply.enhanced, (EnhancedCode{6, 7, 8}));
  EXPECT_TRUE(reply.permanent());
}

TEST(ParseReply, TextWithoutACodeStaysWhole) {
  const Reply reply = parse_reply("Host or domain name not found");
  EXPECT_EQ(reply.code, 0);
  EXPECT_EQ(reply.text(), "Host or domain name not found");
}

TEST(ParseReply, EnhancedCodeAloneIsRead) {
  const Reply reply = parse_reply("4.7.32 no DMARC alignment");
  EXPECT_EQ(reply.code, 0);
  EXPECT_EQ(reply.enhanced, (EnhancedCode{4, 7, 32}));
}

TEST(ParseReply, ReplyQuotedInALogLineIsFoundAndTheWordsBeforeItStay) {
  const Reply reply =
      parse_reply("host mx.example.com[192.0.2.1] said: 550 5.1.1 User unknown (in reply to RCPT TO command)");
  EXPECT_EQ(reply.code, 550);
  EXPECT_EQ(reply.enhanced, (EnhancedCode{5, 1, 1}));
  EXPECT_EQ(reply.text(), "host mx.example.com[192.0.2.1] said: User unknown (in reply to RCPT TO command)");
}

TEST(ParseReply, EnhancedCodeOfQmailAndBarracudaIsFoundInsideTheText) {
  EXPECT_EQ(parse_reply("553 sorry, no mailbox here by that name (#5.7.1)").enhanced, (EnhancedCode{5, 7, 1}));
  EXPECT_EQ(parse_reply("450 cuda_nsu 4.7.1 <a@b>: Go away.").enhanced, (EnhancedCode{4, 7, 1}));
}

TEST(ParseReply, CodeAloneAndNothingAtAllAreUnderstood) {
  EXPECT_EQ(parse_reply("421").code, 421);
  EXPECT_EQ(parse_reply("421").text(), "");
  EXPECT_EQ(parse_reply("").to_string(), "");
  EXPECT_EQ(parse_reply("\r\n\r\n").code, 0);
}

TEST(ParseReply, BrokenUtf8AndControlsAreReplacedAndRussianStays) {
  EXPECT_EQ(parse_reply("550 Не\xFF"
                        "b\x01"
                        "c")
                .text(),
            "Не\xEF\xBF\xBD"
            "b c");
  EXPECT_EQ(parse_reply("550 5.1.1 Пользователь не найден").text(), "Пользователь не найден");
}

TEST(MakeReply, EnhancedCodeOfEachWireLineIsSplitOff) {
  const Reply reply = make_reply(250, {"2.1.5 first", "2.1.5 second"});
  EXPECT_EQ(reply.enhanced, (EnhancedCode{2, 1, 5}));
  EXPECT_EQ(reply.lines, (std::vector<std::string>{"first", "second"}));
  EXPECT_TRUE(reply.positive());
}

TEST(MakeReply, AnotherNumberAtTheBeginningOfALaterLineStays) {
  EXPECT_EQ(make_reply(550, {"5.1.1 a", "5.7.1 b"}).text(), "a 5.7.1 b");
}

TEST(ParseReply, TwentyTimesTheInputTakesNotFarMoreThanTwentyTimesTheTime) {
  const auto seconds = [](std::size_t repeats) {
    std::string text = "550-";
    for (std::size_t i = 0; i < repeats; ++i) text += "550 5.7.1 : 55 550-";
    const auto begin = std::chrono::steady_clock::now();
    const Reply reply = parse_reply(text);
    EXPECT_EQ(reply.code, 550);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  const double small = seconds(5'000);
  EXPECT_LT(seconds(100'000), small * 20 * 8 + 0.5);
}

}  // namespace
}  // namespace gatepost::codes
