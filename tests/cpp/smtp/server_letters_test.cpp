#include "server_script.hpp"

namespace gatepost::smtp {
namespace {

constexpr std::string_view envelope = "MAIL FROM:<a@b.ru>\r\nRCPT TO:<c@d.ru>\r\nDATA\r\n";
constexpr std::string_view ready = "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 End data with <CR><LF>.<CR><LF>\r\n";

class ServerLetters : public ServerTest {
 protected:
  /// The reply to one letter with the data `data` (dot and all).
  std::string send(ServerScript& script, std::string_view data) {
    EXPECT_EQ(script.say(envelope), ready);
    return script.say(data);
  }
};
INSTANTIATE_TEST_SUITE_P(, ServerLetters, testing::Bool(), server_portions);

TEST_P(ServerLetters, LetterArrivesUnstuffedWithEnvelopeAndTranscript) {
  auto script = greeted();
  EXPECT_TRUE(
      script.say("MAIL FROM:<a@b.ru> SIZE=20 BODY=8BITMIME\r\nRCPT TO:<c@d.ru>\r\nRCPT TO: <@r:e@f.ru>\r\nDATA\r\n")
          .ends_with("354 End data with <CR><LF>.<CR><LF>\r\n"));
  EXPECT_TRUE(script.session.in_data());
  const auto reply = script.say("Subject: x\r\n\r\n..dot\r\nпривет\r\n.\r\n");
  EXPECT_TRUE(reply.starts_with("250 2.0.0 Ok: queued as ")) << reply;
  EXPECT_EQ(reply.size(), std::string("250 2.0.0 Ok: queued as 0123456789\r\n").size());
  EXPECT_FALSE(script.session.in_data());
  ASSERT_EQ(handler.letters.size(), 1u);
  const auto& got = handler.letters[0];
  EXPECT_EQ(got.data, "Subject: x\r\n\r\n.dot\r\nпривет\r\n");
  EXPECT_EQ(got.envelope.mail_from, "a@b.ru");
  EXPECT_EQ(got.envelope.rcpt_to, (std::vector<std::string>{"c@d.ru", "e@f.ru"}));
  EXPECT_EQ(got.envelope.mail_params, (std::vector<std::string>{"SIZE=20", "BODY=8BITMIME"}));
  EXPECT_TRUE(got.transcript.starts_with("S: 220 sink.example ESMTP gatepost\nC: EHLO client.example\n"));
  EXPECT_TRUE(got.transcript.ends_with("C: DATA\nS: 354 End data with <CR><LF>.<CR><LF>\n-- 34 bytes of letter\n"))
      << got.transcript;
}

TEST_P(ServerLetters, SecondLettersTranscriptHasTheHandshakeButNotTheFirst) {
  auto script = greeted();
  send(script, "1\r\n.\r\n");
  script.say("MAIL FROM:<second@b.ru>\r\nRCPT TO:<c@d.ru>\r\nDATA\r\n2\r\n.\r\n");
  const auto& transcript = handler.letters.at(1).transcript;
  EXPECT_NE(transcript.find("EHLO"), std::string::npos);
  EXPECT_NE(transcript.find("second@b.ru"), std::string::npos);
  EXPECT_EQ(transcript.find("<a@b.ru>"), std::string::npos);
  EXPECT_NE(script.session.transcript().find("<a@b.ru>"), std::string_view::npos);
}

TEST_P(ServerLetters, TranscriptBoundOfNothingKeepsNone) {
  auto options = named();
  options.limits.transcript_bytes = 0;
  auto script = greeted(options);
  send(script, ".\r\n");
  EXPECT_EQ(handler.letters.at(0).transcript, "");
  EXPECT_EQ(script.session.transcript(), "");
}

TEST_P(ServerLetters, PipelinedGroupsOfManyLettersAreAllAnswered) {
  auto script = greeted();
  std::string input;
  std::string expected;
  handler.letter = {Verdict::Action::accept, "250 2.0.0 kept", {}};
  for (int i = 0; i < 1000; ++i) {
    input += std::string(envelope) + std::to_string(i) + "\r\n.\r\n";
    expected += std::string(ready) + "250 2.0.0 kept\r\n";
  }
  EXPECT_EQ(script.say(input), expected);
  ASSERT_EQ(handler.letters.size(), 1000u);
  EXPECT_EQ(handler.letters[999].data, "999\r\n");
}

TEST_P(ServerLetters, NoVariantOfTheEndOfDataSmugglesASecondLetter) {
  for (const std::string_view fake : {"\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r\n.\r", "\r.\r\n", "\n.\r", "\r.\n"}) {
    auto script = greeted();
    const auto reply = send(script, "x" + std::string(fake) + std::string(envelope) + "smuggled\r\n.\r\n");
    EXPECT_TRUE(reply.starts_with("550 5.5.2")) << testing::PrintToString(fake);
    EXPECT_EQ(reply.find("\r\n"), reply.size() - 2) << "one reply: " << reply;
    EXPECT_EQ(script.say("NOOP\r\n"), "250 2.0.0 Ok\r\n");
  }
  EXPECT_TRUE(handler.letters.empty());
}

TEST_P(ServerLetters, BareNewlinesAreKeptWhereAllowedAndStillEndNothing) {
  auto options = named();
  options.leniency.bare_newlines = true;
  auto script = greeted(options);
  EXPECT_TRUE(send(script, "x\n.\ny\r\n.\r\n").starts_with("250"));
  EXPECT_EQ(handler.letters.at(0).data, "x\n.\ny\r\n");
}

TEST_P(ServerLetters, NulAndAllOtherBytesAreKept) {
  std::string data;
  for (int i = 0; i < 256; ++i) {
    if (i != '\r' && i != '\n') data.push_back(static_cast<char>(i));
  }
  auto options = named();
  options.leniency.nul_octets = true;
  auto script = greeted(options);
  send(script, data + "\r\n.\r\n");
  EXPECT_EQ(handler.letters.at(0).data, data + "\r\n");
}

TEST_P(ServerLetters, SizeIsEnforcedWhenAnnouncedAndWhenNot) {
  auto options = named();
  options.limits.message_bytes = 1000;
  auto script = greeted(options);
  EXPECT_EQ(script.say("MAIL FROM:<a@b> SIZE=1001\r\n"), "552 5.3.4 Message size exceeds the maximum\r\n");
  EXPECT_TRUE(script.say("MAIL FROM:<a@b> SIZE=99999999999999999999999\r\n").starts_with("552 5.3.4"));
  EXPECT_TRUE(script.say("MAIL FROM:<a@b> SIZE=-1\r\n").starts_with("501 5.5.4"));
  EXPECT_TRUE(script.say("MAIL FROM:<a@b> SIZE=\r\n").starts_with("501 5.5.4"));
  EXPECT_EQ(send(script, std::string(999, 'x') + "\r\n.\r\n"), "552 5.3.4 Message size exceeds the maximum\r\n");
  EXPECT_TRUE(handler.letters.empty());
  EXPECT_TRUE(send(script, std::string(998, 'x') + "\r\n.\r\n").starts_with("250"));
  EXPECT_EQ(handler.letters.size(), 1u);
}

TEST_P(ServerLetters, NonAsciiAddressesNeedSmtpUtf8) {
  auto script = greeted();
  EXPECT_TRUE(script.say("MAIL FROM:<иван@b.ru>\r\n").starts_with("553 5.6.7"));
  script.say("MAIL FROM:<a@b.ru>\r\n");
  EXPECT_TRUE(script.say("RCPT TO:<иван@b.ru>\r\n").starts_with("553 5.6.7"));
  script.say("RSET\r\n");
  EXPECT_TRUE(script.say("MAIL FROM:<иван@b.ru> SMTPUTF8\r\n").starts_with("250"));
  EXPECT_TRUE(script.say("RCPT TO:<пётр@пример.рф>\r\n").starts_with("250"));
  EXPECT_TRUE(script.say("RCPT TO:<\xff\xfe@b.ru>\r\n").starts_with("501 5.1.3"));
  script.say("DATA\r\n.\r\n");
  EXPECT_TRUE(handler.letters.at(0).envelope.smtp_utf8);
  EXPECT_EQ(handler.letters.at(0).envelope.rcpt_to.at(0), "пётр@пример.рф");
}

TEST_P(ServerLetters, RecipientsAreLimitedAndRefusedOnesDoNotCount) {
  auto options = named();
  options.limits.recipients = 2;
  handler.rcpt["bad@d"] = refuse("550 5.1.1 No such user");
  auto script = greeted(options);
  EXPECT_EQ(
      script.say("MAIL FROM:<>\r\nRCPT TO:<bad@d>\r\nDATA\r\nRCPT TO:<1@d>\r\nRCPT TO:<2@d>\r\nRCPT TO:<3@d>\r\n"),
      "250 2.1.0 Ok\r\n550 5.1.1 No such user\r\n554 5.5.1 No valid recipients\r\n250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n"
      "452 4.5.3 Too many recipients\r\n");
  script.say("DATA\r\n.\r\n");
  EXPECT_EQ(handler.letters.at(0).envelope.rcpt_to, (std::vector<std::string>{"1@d", "2@d"}));
  EXPECT_EQ(handler.letters.at(0).envelope.mail_from, "");
}

TEST_P(ServerLetters, TransactionEndsWithTheLetterRsetOrEhlo) {
  auto script = greeted();
  send(script, ".\r\n");
  EXPECT_TRUE(script.say("RCPT TO:<c@d>\r\n").starts_with("503"));
  for (const std::string_view reset : {"RSET\r\n", "EHLO again\r\n", "HELO again\r\n"}) {
    script.say("MAIL FROM:<a@b>\r\n");
    EXPECT_TRUE(script.say("MAIL FROM:<a@b>\r\n").starts_with("503 5.5.1"));
    script.say(reset);
    EXPECT_TRUE(script.say("RCPT TO:<c@d>\r\n").starts_with("503 5.5.1")) << reset;
  }
}

TEST_P(ServerLetters, DiscardedRecipientAndLetterAreAnsweredLikeOthers) {
  handler.rcpt["test@test.ru"] = {Verdict::Action::discard, "", {}};
  auto script = greeted();
  EXPECT_EQ(script.say("MAIL FROM:<a@b>\r\nRCPT TO:<test@test.ru>\r\nRCPT TO:<c@d>\r\nDATA\r\n.\r\n").substr(0, 42),
            "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n");
  EXPECT_EQ(handler.letters.at(0).envelope.rcpt_to, (std::vector<std::string>{"c@d"}));
  EXPECT_NE(script.say("MAIL FROM:<a@b>\r\nRCPT TO:<test@test.ru>\r\nDATA\r\n.\r\n").find("queued as"),
            std::string::npos);
  EXPECT_EQ(handler.letters.size(), 1u);
  handler.letter = {Verdict::Action::discard, "550 ignored", {}};
  EXPECT_TRUE(send(script, ".\r\n").starts_with("250 2.0.0 Ok: queued as"));
}

TEST_P(ServerLetters, RefusalsOfDataAndLetterLeaveTheSessionUsable) {
  handler.data = refuse("451 4.3.0 Not now");
  auto script = greeted();
  EXPECT_TRUE(script.say(envelope).ends_with("451 4.3.0 Not now\r\n"));
  handler.data = {};
  handler.letter = refuse("554 5.7.1 Spam message rejected");
  EXPECT_EQ(script.say("DATA\r\nx\r\n.\r\n"),
            "354 End data with <CR><LF>.<CR><LF>\r\n554 5.7.1 Spam message rejected\r\n");
  EXPECT_EQ(script.session.need(), ServerNeed::read);
}

TEST_P(ServerLetters, OutputStaysValidWhileMoreIsReceived) {
  auto options = named();
  options.limits.idle_commands = 2000;
  auto script = greeted(options);
  script.session.receive("RSET\r\n");
  const auto first = script.session.output();
  for (int i = 0; i < 1000; ++i) script.session.receive("RSET\r\n");
  EXPECT_EQ(first, "250 2.0.0 Ok\r\n");
  script.session.consume_output(first.size());
  EXPECT_EQ(script.replies().size(), 1000u * 14);
}

TEST_P(ServerLetters, LostConnectionInsideTheDataKeepsNothing) {
  auto script = greeted();
  send(script, "half a letter");
  script.session.connection_lost("reset");
  EXPECT_TRUE(handler.letters.empty());
  EXPECT_EQ(handler.closed, 1);
}

}  // namespace
}  // namespace gatepost::smtp
