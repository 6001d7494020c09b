#include "server_script.hpp"

namespace gatepost::smtp {
namespace {

class ServerLmtp : public ServerTest {
 protected:
  ServerScript lhlo() {
    auto options = named();
    options.lmtp = true;
    auto script = start(options);
    EXPECT_EQ(script.replies(), "220 sink.example LMTP gatepost\r\n");
    EXPECT_TRUE(script.say("LHLO x\r\n").starts_with("250-sink.example\r\n250-PIPELINING\r\n"));
    return script;
  }
  /// What comes behind the replies to MAIL and three RCPTs.
  static std::string send(ServerScript& script, std::string_view rest) {
    const std::string_view taken = "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n";
    const auto reply =
        script.say("MAIL FROM:<>\r\nRCPT TO:<a@d>\r\nRCPT TO:<b@d>\r\nRCPT TO:<c@d>\r\n" + std::string(rest));
    EXPECT_TRUE(reply.starts_with(taken)) << reply;
    return reply.substr(taken.size());
  }
  static constexpr std::string_view ready = "354 End data with <CR><LF>.<CR><LF>\r\n";
};
INSTANTIATE_TEST_SUITE_P(, ServerLmtp, testing::Bool(), server_portions);

TEST_P(ServerLmtp, EachRecipientGetsItsReplyBehindTheLetter) {
  handler.lmtp = {{Verdict::Action::accept, "250 2.1.5 a kept", {}}, refuse("452 4.2.2 b is full"), {}};
  auto script = lhlo();
  const auto reply = send(script, "DATA\r\nx\r\n.\r\n");
  EXPECT_TRUE(
      reply.starts_with(std::string(ready) + "250 2.1.5 a kept\r\n452 4.2.2 b is full\r\n250 2.0.0 Ok: queued as "))
      << reply;
  ASSERT_EQ(handler.letters.size(), 1u);
  EXPECT_EQ(handler.letters[0].envelope.rcpt_to, (std::vector<std::string>{"a@d", "b@d", "c@d"}));
  EXPECT_EQ(script.say("MAIL FROM:<>\r\n"), "250 2.1.0 Ok\r\n") << "nothing is out of step";
}

TEST_P(ServerLmtp, OneVerdictOfOnLetterIsForAll) {
  handler.letter = refuse("550 5.7.1 no");
  auto script = lhlo();
  EXPECT_EQ(send(script, "DATA\r\n.\r\n"), std::string(ready) + "550 5.7.1 no\r\n550 5.7.1 no\r\n550 5.7.1 no\r\n");
}

TEST_P(ServerLmtp, RefusedRecipientsGetNoReplyAndDiscardedOnesDo) {
  handler.rcpt["no@d"] = refuse("550 5.1.1 No");
  handler.rcpt["drop@d"] = {Verdict::Action::discard, "", {}};
  handler.lmtp = {{Verdict::Action::accept, "250 kept", {}}};
  auto script = lhlo();
  const auto reply = script.say("MAIL FROM:<>\r\nRCPT TO:<no@d>\r\nRCPT TO:<drop@d>\r\nRCPT TO:<a@d>\r\nDATA\r\n.\r\n");
  const auto behind = reply.substr(reply.find(ready) + ready.size());
  EXPECT_TRUE(behind.starts_with("250 2.0.0 Ok: queued as ")) << behind;
  EXPECT_TRUE(behind.ends_with("\r\n250 kept\r\n")) << behind;
  EXPECT_EQ(handler.letters.at(0).envelope.rcpt_to, std::vector<std::string>{"a@d"});
}

TEST_P(ServerLmtp, MissingVerdictsAreRefusalsForNow) {
  handler.lmtp = {{Verdict::Action::accept, "250 kept", {}}};
  auto script = lhlo();
  const auto reply = send(script, "DATA\r\n.\r\n");
  EXPECT_TRUE(reply.starts_with(std::string(ready) + "250 kept\r\n451 4.3.0 ")) << reply;
  EXPECT_TRUE(reply.ends_with("try again later\r\n451 4.3.0 No decision now; try again later\r\n")) << reply;
}

TEST_P(ServerLmtp, LastChunkIsAnsweredForEachRecipient) {
  handler.letter = {Verdict::Action::accept, "250 kept", {}};
  auto script = lhlo();
  EXPECT_EQ(send(script, "BDAT 3\r\nx\r\nBDAT 0 LAST\r\n"),
            "250 2.0.0 3 bytes received\r\n250 kept\r\n250 kept\r\n250 kept\r\n");
}

TEST_P(ServerLmtp, SessionsOwnRefusalsAreForEachRecipientToo) {
  auto script = lhlo();
  const std::string bare = "550 5.5.2 Bare CR or LF in the letter; lines end with CRLF alone\r\n";
  EXPECT_EQ(send(script, "DATA\r\n\n\r\n.\r\n"), std::string(ready) + bare + bare + bare);
  EXPECT_EQ(send(script, "BDAT 1 LAST\r\n\n"), bare + bare + bare);
}

TEST_P(ServerLmtp, DelayHoldsAllRepliesAndCloseComesBehindThem) {
  handler.lmtp = {{Verdict::Action::accept, "250 a", std::chrono::milliseconds(3)},
                  {Verdict::Action::close, "421 4.3.2 b", std::chrono::milliseconds(3)},
                  {Verdict::Action::accept, "250 c", {}}};
  auto script = lhlo();
  EXPECT_EQ(send(script, "DATA\r\n.\r\n"), ready);
  EXPECT_EQ(script.session.need(), ServerNeed::wait);
  script.session.resume();
  EXPECT_EQ(script.replies(), "250 a\r\n421 4.3.2 b\r\n250 c\r\n");
  EXPECT_EQ(script.session.need(), ServerNeed::closed);
}

TEST_P(ServerLmtp, DecisionIsForThoseThatWaitForIt) {
  handler.lmtp = {refuse("550 a"), {Verdict::Action::later, "", {}}, {Verdict::Action::later, "", {}}};
  auto script = lhlo();
  EXPECT_EQ(send(script, "DATA\r\n.\r\n"), ready);
  EXPECT_EQ(script.session.need(), ServerNeed::decision);
  script.session.decide({Verdict::Action::accept, "250 decided", {}});
  EXPECT_EQ(script.replies(), "550 a\r\n250 decided\r\n250 decided\r\n");
}

TEST_P(ServerLmtp, EhloIsNotLmtpAndLhloIsNotSmtp) {
  auto options = named();
  options.lmtp = true;
  auto script = start(options);
  script.replies();
  EXPECT_EQ(script.say("EHLO x\r\n"), "500 5.5.1 This is LMTP: send LHLO\r\n");
  EXPECT_EQ(script.say("HELO x\r\n"), "500 5.5.1 This is LMTP: send LHLO\r\n");
  EXPECT_EQ(script.say("MAIL FROM:<>\r\n"), "503 5.5.1 Send LHLO first\r\n");
  auto smtp = start();
  smtp.replies();
  EXPECT_EQ(smtp.say("LHLO x\r\n"), "500 5.5.1 This is SMTP: send EHLO\r\n");
}

TEST_P(ServerLmtp, LetterWithoutRecipientsIs503) {
  handler.rcpt["no@d"] = refuse("550 5.1.1 No");
  auto script = lhlo();
  EXPECT_TRUE(script.say("MAIL FROM:<>\r\nDATA\r\n").ends_with("503 5.5.1 Need RCPT first\r\n"));
  EXPECT_TRUE(script.say("RCPT TO:<no@d>\r\nDATA\r\n").ends_with("503 5.5.1 No valid recipients\r\n"));
}

}  // namespace
}  // namespace gatepost::smtp
