#include <gtest/gtest.h>

#include "gatepost/smtp/client/extensions.hpp"
#include "gatepost/smtp/mailbox_syntax.hpp"
#include "gatepost/smtp/server/command_parser.hpp"
#include "gatepost/smtp/server/reply_writer.hpp"
#include "gatepost/smtp/transcript.hpp"

namespace gatepost::smtp {
namespace {

TEST(MailboxSyntax, OrdinaryAddressesAreGood) {
  for (const std::string_view good :
       {"a@b", "ivan.petrov+tag@mail.example.ru", "a_b@c_d.ru", "\"a b\"@c.ru", "\"a@b>\\\"\"@c", "a@[127.0.0.1]",
        "a@[IPv6:::1]", "postmaster", "Postmaster", "o'neil@x.ru", "a..b@x.ru"}) {
    EXPECT_EQ(check_mailbox(good), MailboxSyntax::ascii) << good;
  }
  EXPECT_EQ(check_mailbox("иван@пример.рф"), MailboxSyntax::utf8_local_part);
  EXPECT_EQ(check_mailbox("ivan@пример.рф"), MailboxSyntax::utf8_domain);
}

TEST(MailboxSyntax, WhatCouldEndOrSplitACommandIsBad) {
  for (const std::string_view bad :
       {"",          "a",        "@b",      "a@",    "a b@c", "a@b c",    "a@b>",  "<a@b",  "a@b\r\nRCPT TO:<x@y>",
        "a\n@b",     "a\t@b",    "a@b\x7f", "a@b@c", "\"a@b", "\"a\"b@c", "a,b@c", "a@b;c", "a@[b",
        "\xff@b.ru", "a@\xd0.ru"}) {
    EXPECT_EQ(check_mailbox(bad), MailboxSyntax::bad) << bad;
  }
  EXPECT_EQ(check_mailbox(std::string_view("a\0b@c", 5)), MailboxSyntax::bad);
  EXPECT_EQ(check_mailbox(std::string(400, 'a') + "@b.ru"), MailboxSyntax::bad);
}

TEST(MailboxSyntax, ADomainWithAnEmptyLabelOrAHyphenAtAnEdgeIsBad) {
  for (const std::string_view bad : {"a@x..y", "a@.x", "a@x.", "a@-x.y", "a@x-.y", "a@x.-y", "a@."}) {
    EXPECT_EQ(check_mailbox(bad), MailboxSyntax::bad) << bad;
  }
}

TEST(MailboxSyntax, HeloNameIsPrintableAsciiWithoutSpaces) {
  EXPECT_TRUE(is_helo_name("mx.example.ru"));
  EXPECT_TRUE(is_helo_name("[127.0.0.1]"));
  for (const std::string_view bad : {"", "a b", "a\r\nMAIL", "пример", "a\x7f"}) EXPECT_FALSE(is_helo_name(bad)) << bad;
}

TEST(Extensions, AreReadWhateverTheirCase) {
  const auto found = read_extensions({"250-mx STARTTLS", "250-pipelining", "250-SIZE 31457280", "250-8BITMIME",
                                      "250-AUTH LOGIN plain XOAUTH2", "250-AUTH=PLAIN LOGIN", "250 SMTPUTF8"});
  EXPECT_TRUE(found.pipelining && found.eight_bit_mime && found.smtp_utf8);
  EXPECT_FALSE(found.starttls) << "the first line is the server's name";
  EXPECT_EQ(found.size, 31457280u);
  EXPECT_EQ(found.auth, (std::vector<std::string>{"LOGIN", "PLAIN", "XOAUTH2"}));
  EXPECT_EQ(found.lines.front(), "pipelining");
  EXPECT_EQ(found.lines.size(), 6u);
}

TEST(Extensions, OldAuthLineAloneIsUnderstood) {
  EXPECT_EQ(read_extensions({"250-mx", "250 AUTH=PLAIN LOGIN"}).auth, (std::vector<std::string>{"PLAIN", "LOGIN"}));
}

TEST(Extensions, SizeWithoutNumberMeansNoLimitAndNonsenseIsNotAnnounced) {
  EXPECT_EQ(read_extensions({"250-mx", "250 SIZE"}).size, 0u);
  EXPECT_EQ(read_extensions({"250-mx", "250 SIZE 10MB"}).size, std::nullopt);
  EXPECT_EQ(read_extensions({"250 mx"}).size, std::nullopt);
  EXPECT_EQ(read_extensions({"250"}).lines.size(), 0u);
}

TEST(CommandParser, VerbsAreCaseBlindAndArgumentsTrimmed) {
  EXPECT_EQ(parse_command("mail FROM:<a@b>").verb, Verb::mail);
  EXPECT_EQ(parse_command("mail FROM:<a@b>").arguments, "FROM:<a@b>");
  EXPECT_EQ(parse_command("QuIt  ").verb, Verb::quit);
  EXPECT_EQ(parse_command("QuIt  ").arguments, "");
  EXPECT_EQ(parse_command("GET / HTTP/1.1").verb, Verb::http);
  EXPECT_EQ(parse_command("ETRN x").verb, Verb::etrn);
  EXPECT_EQ(parse_command("TURN").verb, Verb::known);
  for (const std::string_view line : {"", " ", "MAILFROM", "XYZZY", "DATAX", "\xd0\x94"}) {
    EXPECT_EQ(parse_command(line).verb, Verb::unknown) << line;
  }
}

TEST(CommandParser, PathAndParametersAreTakenApart) {
  const auto path = parse_path("from: <a@b>  SIZE=10 BODY=8BITMIME", "FROM");
  ASSERT_TRUE(path);
  EXPECT_EQ(path->mailbox, "a@b");
  EXPECT_EQ(path->parameters, (std::vector<std::string_view>{"SIZE=10", "BODY=8BITMIME"}));
  EXPECT_EQ(parse_path("FROM:<>", "FROM")->mailbox, "");
  EXPECT_EQ(parse_path("TO:<@a,@b:c@d>", "TO")->mailbox, "c@d");
  EXPECT_EQ(parse_path("TO:<\"a>b\"@d>", "TO")->mailbox, "\"a>b\"@d");
}

TEST(CommandParser, APathWithRubbishBehindOrWithoutItsEndIsRefused) {
  for (const std::string_view bad :
       {"FROM", "FROM:", "FROM <a@b>", "FROM:<a@b", "FROM:<a@b>SIZE=1", "FROM:<@a>", "FROM:<@a:>", "TO:<a@b>"}) {
    EXPECT_FALSE(parse_path(bad, "FROM")) << bad;
  }
}

TEST(CommandParser, APathWithoutBracketsIsMarkedSoThatLeniencyMayDecide) {
  const auto bare = parse_path("FROM:a@b SIZE=1", "FROM");
  ASSERT_TRUE(bare);
  EXPECT_TRUE(bare->bare);
  EXPECT_EQ(bare->mailbox, "a@b");
  EXPECT_EQ(bare->parameters, std::vector<std::string_view>{"SIZE=1"});
  EXPECT_FALSE(parse_path("FROM:<a@b>", "FROM")->bare);
}

std::string wire(std::string_view text, bool refused = true) {
  std::string out;
  append_reply(out, text, refused);
  return out;
}

TEST(ReplyWriter, OneLineAndManyLines) {
  EXPECT_EQ(wire("550 5.1.1 No such user"), "550 5.1.1 No such user\r\n");
  EXPECT_EQ(wire("553 Domain not found"), "553 Domain not found\r\n");
  EXPECT_EQ(wire("550 5.7.1 a\nb\nc"), "550-5.7.1 a\r\n550-5.7.1 b\r\n550 5.7.1 c\r\n");
  EXPECT_EQ(wire("550-5.7.1 a\r\n550 5.7.1 b"), "550-5.7.1 a\r\n550 5.7.1 b\r\n");
  EXPECT_EQ(wire("250 a\nb", false), "250-a\r\n250 b\r\n");
}

TEST(ReplyWriter, TextCannotBecomeASecondReplyAndACodeIsNeverMissing) {
  EXPECT_EQ(wire("550 a\rb\x01"), "550 a b \r\n");
  EXPECT_EQ(wire("nope"), "550 nope\r\n");
  EXPECT_EQ(wire("fine", false), "250 fine\r\n");
  EXPECT_EQ(wire("550"), "550 \r\n");
}

TEST(Transcript, LinesOfBothSidesAndNotesInOrder) {
  Transcript transcript;
  transcript.server("220 hi");
  transcript.client("EHLO a");
  transcript.note("1 bytes");
  EXPECT_EQ(transcript.text(), "S: 220 hi\nC: EHLO a\n-- 1 bytes\n");
  transcript.clear();
  EXPECT_EQ(transcript.text(), "");
}

TEST(Transcript, BeyondItsBoundTheMiddleIsLeftOut) {
  Transcript transcript(1000);
  for (int i = 0; i < 1000; ++i) {
    transcript.client("line " + std::to_string(i));
    EXPECT_LE(transcript.text().size(), 1000u);
  }
  EXPECT_TRUE(transcript.text().starts_with("C: line 0\nC: line 1\n"));
  EXPECT_TRUE(transcript.text().ends_with("C: line 998\nC: line 999\n"));
  EXPECT_NE(transcript.text().find(" bytes left out\nC: line "), std::string::npos);
  EXPECT_EQ(transcript.text().find("left out"), transcript.text().rfind("left out"));
}

TEST(Transcript, LongLinesAreCutAndControlsHidden) {
  Transcript transcript;
  transcript.client(std::string(5000, 'x'));
  EXPECT_LT(transcript.text().size(), 1100u);
  transcript.clear();
  transcript.server("a\r\n\x1b[31m");
  EXPECT_EQ(transcript.text(), "S: a???[31m\n");
}

TEST(Transcript, BoundOfNothingKeepsNothing) {
  Transcript transcript(0);
  transcript.client("x");
  EXPECT_EQ(transcript.text(), "");
}

}  // namespace
}  // namespace gatepost::smtp
