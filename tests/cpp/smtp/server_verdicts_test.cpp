#include "server_script.hpp"

namespace gatepost::smtp {
namespace {

class ServerVerdicts : public ServerTest {};
INSTANTIATE_TEST_SUITE_P(, ServerVerdicts, testing::Bool(), server_portions);

TEST_P(ServerVerdicts, RefusedConnectionIsToldAndClosed) {
  handler.connect = refuse("554 5.7.1 Your network is not welcome");
  auto script = start();
  EXPECT_EQ(script.session.need(), ServerNeed::closed);
  EXPECT_EQ(script.replies(), "554 5.7.1 Your network is not welcome\r\n");
  EXPECT_EQ(handler.closed, 1);
}

TEST_P(ServerVerdicts, CloseWithAndWithoutAReply) {
  handler.mail = {Verdict::Action::close, "421 4.3.2 bye", {}};
  auto script = greeted();
  EXPECT_EQ(script.say("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n"), "421 4.3.2 bye\r\n");
  EXPECT_EQ(script.session.need(), ServerNeed::closed);
  handler.mail = {Verdict::Action::close, "", {}};
  auto silent = greeted();
  EXPECT_EQ(silent.say("MAIL FROM:<a@b>\r\n"), "");
  EXPECT_EQ(silent.session.need(), ServerNeed::closed);
}

TEST_P(ServerVerdicts, Reply421AlwaysCloses) {
  handler.rcpt["c@d"] = refuse("421 Domain not verify");
  auto script = greeted();
  EXPECT_TRUE(script.say("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nNOOP\r\n").ends_with("421 Domain not verify\r\n"));
  EXPECT_EQ(script.session.need(), ServerNeed::closed);
}

TEST_P(ServerVerdicts, OwnRepliesOfSeveralLinesReplaceTheOrdinaryOnes) {
  handler.ehlo = refuse("550 5.7.1 no\nreally no");
  auto script = start();
  script.replies();
  EXPECT_EQ(script.say("EHLO x\r\n"), "550-5.7.1 no\r\n550 5.7.1 really no\r\n");
  EXPECT_TRUE(script.say("MAIL FROM:<a@b>\r\n").starts_with("503")) << "a refused EHLO counts for nothing";
  handler.ehlo = {};
  handler.mail = {Verdict::Action::accept, "250 2.1.0 Sender is fine", {}};
  script.say("EHLO x\r\n");
  EXPECT_EQ(script.say("MAIL FROM:<a@b>\r\n"), "250 2.1.0 Sender is fine\r\n");
}

TEST_P(ServerVerdicts, DelayHoldsBackTheReplyAndLaterInputOnly) {
  handler.rcpt["slow@d"] = {Verdict::Action::accept, "", std::chrono::milliseconds(250)};
  auto script = greeted();
  EXPECT_EQ(script.say("MAIL FROM:<a@b>\r\nRCPT TO:<slow@d>\r\nRCPT TO:<e@f>\r\nDATA\r\nhi\r\n.\r\n"),
            "250 2.1.0 Ok\r\n");
  EXPECT_EQ(script.session.need(), ServerNeed::wait);
  EXPECT_EQ(script.session.wait_for(), std::chrono::milliseconds(250));
  EXPECT_EQ(script.say("NOOP\r\n"), "");
  script.session.resume();
  const auto rest = script.replies();
  EXPECT_TRUE(rest.starts_with("250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n354 ")) << rest;
  EXPECT_TRUE(rest.ends_with("\r\n250 2.0.0 Ok\r\n")) << rest;
  EXPECT_EQ(handler.letters.size(), 1u);
  EXPECT_EQ(handler.letters[0].envelope.rcpt_to, (std::vector<std::string>{"slow@d", "e@f"}));
}

TEST_P(ServerVerdicts, DelayedGreetingAndDelayedCloseComeAfterTheWait) {
  handler.connect = {Verdict::Action::accept, "", std::chrono::milliseconds(5)};
  auto script = start();
  EXPECT_EQ(script.session.need(), ServerNeed::wait);
  EXPECT_EQ(script.replies(), "");
  script.session.resume();
  EXPECT_EQ(script.replies(), "220 sink.example ESMTP gatepost\r\n");

  handler.connect = {Verdict::Action::refuse, "554 5.7.1 no", std::chrono::milliseconds(5)};
  auto refused = start();
  EXPECT_EQ(refused.session.need(), ServerNeed::wait);
  refused.session.resume();
  EXPECT_EQ(refused.replies(), "554 5.7.1 no\r\n");
  EXPECT_EQ(refused.session.need(), ServerNeed::closed);
}

TEST_P(ServerVerdicts, InputWhileWaitingIsBounded) {
  handler.mail.delay = std::chrono::milliseconds(5);
  auto script = greeted();
  script.say("MAIL FROM:<a@b>\r\n");
  const std::string portion(256 * 1024, 'x');
  for (int i = 0; i < 5; ++i) script.session.receive(portion);
  EXPECT_EQ(script.session.need(), ServerNeed::closed);
  EXPECT_TRUE(script.replies().starts_with("421 4.7.0"));
}

TEST_P(ServerVerdicts, TimeoutSays421AndLostConnectionSaysNothing) {
  auto script = greeted();
  script.session.timed_out();
  EXPECT_TRUE(script.replies().starts_with("421 4.4.2 sink.example"));
  EXPECT_EQ(script.session.need(), ServerNeed::closed);
  EXPECT_EQ(handler.close_reason, "timeout");
  auto lost = greeted();
  lost.say("MAIL FROM:<a@b>\r\n");
  lost.session.connection_lost("reset by peer");
  EXPECT_EQ(lost.replies(), "");
  EXPECT_EQ(handler.close_reason, "reset by peer");
  EXPECT_EQ(lost.say("NOOP\r\n"), "");
}

TEST_P(ServerVerdicts, LaterLeavesTheReplyToADecision) {
  handler.letter = {Verdict::Action::later, "", {}};
  auto script = greeted();
  EXPECT_EQ(script.say("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nx\r\n.\r\nMAIL FROM:<e@f>\r\n"),
            "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 End data with <CR><LF>.<CR><LF>\r\n");
  EXPECT_EQ(script.session.need(), ServerNeed::decision);
  EXPECT_EQ(script.say("RCPT TO:<g@h>\r\n"), "") << "nothing is served meanwhile";
  script.session.decide({Verdict::Action::accept, "250 2.0.0 Kept", {}});
  EXPECT_EQ(script.replies(), "250 2.0.0 Kept\r\n250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n");
  EXPECT_EQ(script.session.need(), ServerNeed::read);
  script.session.decide(refuse("550 too late"));
  EXPECT_EQ(script.replies(), "") << "decided once";
}

TEST_P(ServerVerdicts, DecisionMayRefuseDelayCloseAndNeedNotBeMade) {
  handler.letter = {Verdict::Action::later, "", {}};
  const auto ask = [&] {
    auto script = greeted();
    script.say("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n.\r\n");
    return script;
  };
  auto refused = ask();
  refused.session.decide(refuse("554 5.7.1 No"));
  EXPECT_EQ(refused.replies(), "554 5.7.1 No\r\n");

  auto delayed = ask();
  delayed.session.decide({Verdict::Action::accept, "250 Slow", std::chrono::milliseconds(5)});
  EXPECT_EQ(delayed.session.need(), ServerNeed::wait);
  EXPECT_EQ(delayed.replies(), "");
  delayed.session.resume();
  EXPECT_EQ(delayed.replies(), "250 Slow\r\n");

  auto closed = ask();
  closed.session.decide({Verdict::Action::close, "", {}});
  EXPECT_EQ(closed.session.need(), ServerNeed::closed);

  auto again = ask();
  again.session.decide({Verdict::Action::later, "", {}});
  EXPECT_TRUE(again.replies().starts_with("451 4.3.0"));
  EXPECT_EQ(again.session.need(), ServerNeed::read);

  auto lost = ask();
  lost.session.connection_lost("gone");
  lost.session.decide({});
  EXPECT_EQ(lost.replies(), "");
}

TEST_P(ServerVerdicts, LaterElsewhereIsARefusalForNow) {
  handler.mail = {Verdict::Action::later, "", {}};
  auto script = greeted();
  EXPECT_TRUE(script.say("MAIL FROM:<a@b>\r\n").starts_with("451 4.3.0"));
  EXPECT_EQ(script.session.need(), ServerNeed::read);
}

TEST_P(ServerVerdicts, ShutDownIsSaidAtOnceBetweenCommands) {
  auto script = greeted();
  script.say("MAIL FROM:<a@b>\r\n");
  script.session.shut_down();
  EXPECT_EQ(script.replies(), "421 4.3.2 sink.example Service shutting down\r\n");
  EXPECT_EQ(script.session.need(), ServerNeed::closed);
  EXPECT_EQ(handler.close_reason, "shut down");
}

TEST_P(ServerVerdicts, ShutDownInsideALetterWaitsForItsEnd) {
  handler.letter = {Verdict::Action::accept, "250 2.0.0 Kept", {}};
  auto script = greeted();
  script.say("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nx\r\n");
  script.session.shut_down();
  EXPECT_EQ(script.replies(), "");
  EXPECT_EQ(script.say("y\r\n.\r\nMAIL FROM:<never@b>\r\n"),
            "250 2.0.0 Kept\r\n421 4.3.2 sink.example Service shutting down\r\n");
  EXPECT_EQ(handler.letters.at(0).data, "x\r\ny\r\n");
  EXPECT_EQ(script.session.need(), ServerNeed::closed);

  auto chunked = greeted();
  chunked.say("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 4 LAST\r\nx\r");
  chunked.session.shut_down();
  EXPECT_EQ(chunked.say("\n\n"),
            "550 5.5.2 Bare CR or LF in the letter; lines end with CRLF alone\r\n"
            "421 4.3.2 sink.example Service shutting down\r\n");
}

TEST_P(ServerVerdicts, ShutDownWaitsForHeldRepliesAndDecisions) {
  handler.letter = {Verdict::Action::later, "", {}};
  auto script = greeted();
  script.say("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n.\r\n");
  script.session.shut_down();
  EXPECT_EQ(script.session.need(), ServerNeed::decision);
  script.session.decide({Verdict::Action::accept, "250 Kept", {}});
  EXPECT_EQ(script.replies(), "250 Kept\r\n421 4.3.2 sink.example Service shutting down\r\n");

  handler.mail.delay = std::chrono::milliseconds(5);
  auto waiting = greeted();
  waiting.say("MAIL FROM:<a@b>\r\n");
  waiting.session.shut_down();
  EXPECT_EQ(waiting.session.need(), ServerNeed::wait);
  waiting.session.resume();
  EXPECT_EQ(waiting.replies(), "250 2.1.0 Ok\r\n421 4.3.2 sink.example Service shutting down\r\n");
}

TEST_P(ServerVerdicts, LetterBytesAreCountedAsTheyCome) {
  auto script = greeted();
  script.say("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n");
  EXPECT_EQ(script.session.letter_bytes_read(), 0u);
  script.say("12345\r\n");
  EXPECT_EQ(script.session.letter_bytes_read(), 7u);
  script.say(".\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 10 LAST\r\n12345");
  EXPECT_EQ(script.session.letter_bytes_read(), 15u);
  EXPECT_TRUE(script.session.in_data());
}

}  // namespace
}  // namespace gatepost::smtp
