#include "gatepost/codes/refusing_reply.hpp"

#include <gtest/gtest.h>

#include "gatepost/codes/failure.hpp"
#include "gatepost/codes/legacy_text.hpp"

namespace gatepost::codes {
namespace {

TEST(RefusingReply, OfATranscriptTheRefusedRecipientIsTaken) {
  EXPECT_EQ(refusing_reply("S: 220 mx ready\nC: EHLO a\nS: 250-mx\nS: 250 SIZE\nC: RCPT TO:<a@b.c>\nS: 550 5.1.1 User "
                           "unknown\nC: DATA\nS: 503 5.5.1 Error: need RCPT command\nC: QUIT\nS: 221 bye"),
            "550 5.1.1 User unknown");
}

TEST(RefusingReply, OfALogWithTimesAndMarksTheLastFailureIsTaken) {
  EXPECT_EQ(
      refusing_reply("12:00:01 <- 220 ready\n12:00:02 -> MAIL FROM:<a@b.c>\n12:00:02 <- 250 ok\n"
                     "12:00:03 -> RCPT TO:<d@e.f>\n12:00:03 <- 552-5.2.2 The mailbox\n12:00:03 <- 552 5.2.2 is full"),
      "552-5.2.2 The mailbox\n552 5.2.2 is full");
}

TEST(RefusingReply, OfABounceTheDiagnosticCodeIsTakenUnfolded) {
  EXPECT_EQ(refusing_reply("Reporting-MTA: dns; mx.example.com\n\nFinal-Recipient: rfc822; a@b.c\nAction: failed\n"
                           "Status: 5.0.0\nDiagnostic-Code: smtp; 550 5.7.1 Spam\n message rejected\n"),
            "smtp; 550 5.7.1 Spam message rejected");
}

TEST(RefusingReply, OfAMailLogTheLineWithTheVerdictIsTaken) {
  const std::string line =
      "postfix/smtp[1]: A1: to=<a@b.c>, dsn=5.1.1, status=bounced (host mx[192.0.2.1] said: 550 "
      "5.1.1 User unknown (in reply to RCPT TO command))";
  EXPECT_EQ(refusing_reply("postfix/qmgr[1]: A1: from=<x@y.z>, size=300\n" + line + "\npostfix/qmgr[1]: A1: removed"),
            line);
}

TEST(RefusingReply, OneReplyOfSeveralLinesStaysAsItIs) {
  for (const std::string text : {"550-5.7.1 one\r\n550 5.7.1 two", "550 5.1.1 No such user",
                                 "no code at all\nbut lines", "550 5.7.1 first line\nand a second without a code"}) {
    EXPECT_EQ(refusing_reply(text), text);
  }
}

TEST(RepliesInOldCharsets, KeepTheirWords) {
  EXPECT_EQ(to_utf8("\xcd\xe5\xf2 \xf2\xe0\xea\xee\xe3\xee \xff\xf9\xe8\xea\xe0"), "Нет такого ящика");  // 1251
  EXPECT_EQ(to_utf8("\xee\xc5\xd4 \xd4\xc1\xcb\xcf\xc7\xcf \xd1\xdd\xc9\xcb\xc1"), "Нет такого ящика");  // KOI8-R
  EXPECT_EQ(to_utf8("bo\xeete pleine"), "boîte pleine");                                                 // 1252
  EXPECT_EQ(to_utf8("Нет такого ящика"), "Нет такого ящика");
  EXPECT_EQ(to_utf8("Нет такого ящик\xd0"), "Нет такого ящик\xd0");
  const Reply reply = parse_reply("550 5.1.1 \xcd\xe5\xf2 \xf2\xe0\xea\xee\xe3\xee \xff\xf9\xe8\xea\xe0");
  EXPECT_EQ(classify(reply, Phase::rcpt).category, Category::recipient_unknown);
}

}  // namespace
}  // namespace gatepost::codes
