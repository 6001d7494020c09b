#include "server_script.hpp"

namespace gatepost::smtp {
namespace {

class ServerCommands : public ServerTest {};
INSTANTIATE_TEST_SUITE_P(, ServerCommands, testing::Bool(), server_portions);

TEST_P(ServerCommands, GreetsAndTakesHelo) {
  auto script = start();
  EXPECT_EQ(script.replies(), "220 sink.example ESMTP gatepost\r\n");
  EXPECT_TRUE(script.say("EHLO client.example\r\n").starts_with("250-sink.example\r\n250-PIPELINING\r\n"));
  EXPECT_EQ(script.session.peer().helo, "client.example");
  EXPECT_TRUE(script.session.peer().esmtp);
  EXPECT_EQ(script.say("HELO [127.0.0.1]\r\n"), "250 sink.example\r\n");
  EXPECT_FALSE(script.session.peer().esmtp);
}

TEST_P(ServerCommands, SmallCommandsAnswerAndQuitCloses) {
  auto script = greeted();
  EXPECT_EQ(script.say("NOOP whatever\r\n"), "250 2.0.0 Ok\r\n");
  EXPECT_EQ(script.say("RSET\r\n"), "250 2.0.0 Ok\r\n");
  EXPECT_TRUE(script.say("VRFY someone\r\n").starts_with("252 "));
  EXPECT_TRUE(script.say("help\r\n").starts_with("214 "));
  EXPECT_TRUE(script.say("EXPN list\r\n").starts_with("252 2.5.2"));
  EXPECT_EQ(script.say("quit\r\n"), "221 2.0.0 Bye\r\n");
  EXPECT_EQ(script.session.need(), ServerNeed::closed);
  EXPECT_EQ(handler.closed, 1);
  EXPECT_EQ(handler.close_reason, "quit");
  script.session.connection_lost("gone");
  EXPECT_EQ(handler.closed, 1) << "told once";
}

TEST_P(ServerCommands, SyntaxAndSequenceErrorsHaveTheirCodes) {
  auto script = start();
  script.replies();
  const std::pair<std::string_view, std::string_view> before_ehlo[] = {{"MAIL FROM:<a@b>\r\n", "503 5.5.1"},
                                                                       {"AUTH PLAIN\r\n", "503 5.5.1"},
                                                                       {"EHLO\r\n", "501 5.5.4"},
                                                                       {"EHLO a b\r\n", "501 5.5.4"},
                                                                       {"HELO \xd0\x9f\r\n", "501"},
                                                                       {"XYZZY\r\n", "500 5.5.2"},
                                                                       {"\r\n", "500 5.5.2"},
                                                                       {"\xff\xfe\r\n", "500 5.5.2"},
                                                                       {"NO\x01OP\r\n", "500 5.5.2"},
                                                                       {"NOOP\rX\r\n", "500 5.5.2"},
                                                                       {"RSET x\r\n", "501 5.5.4"},
                                                                       {"QUIT x\r\n", "501 5.5.4"},
                                                                       {"VRFY\r\n", "501 5.5.4"},
                                                                       {"STARTTLS\r\n", "502 5.5.1"}};
  for (const auto& [line, code] : before_ehlo) EXPECT_TRUE(script.say(line).starts_with(code)) << line;
  EXPECT_TRUE(script.say(std::string_view("NOOP \0x\r\n", 9)).starts_with("500 5.5.2"));
  script.say("EHLO x\r\n");
  const std::pair<std::string_view, std::string_view> after_ehlo[] = {
      {"RCPT TO:<a@b>\r\n", "503 5.5.1"},   {"DATA\r\n", "503 5.5.1"},
      {"DATA x\r\n", "501 5.5.4"},          {"AUTH\r\n", "501 5.5.4"},
      {"AUTH CRAM-MD5\r\n", "504 5.5.4"},   {"MAIL FROM:a@b\r\n", "501 5.5.2"},
      {"MAIL FROM:<a b>\r\n", "501 5.1.7"}, {"MAIL TO:<a@b>\r\n", "501 5.5.2"}};
  for (const auto& [line, code] : after_ehlo) EXPECT_TRUE(script.say(line).starts_with(code)) << line;
  EXPECT_EQ(script.session.need(), ServerNeed::read);
}

TEST_P(ServerCommands, LineOverTheLimitIsSkippedAndTheNextOneServed) {
  auto options = named();
  options.limits.line_bytes = 100;
  auto script = greeted(options);
  EXPECT_EQ(script.say("NOOP " + std::string(95, 'x') + "\r\n"), "250 2.0.0 Ok\r\n");
  EXPECT_EQ(script.say("NOOP " + std::string(96, 'x') + "\r\n"), "500 5.5.2 Line too long\r\n");
  EXPECT_EQ(script.say("NOOP " + std::string(100'000, 'x')), "");
  EXPECT_EQ(script.say("\r\nNOOP\r\n"), "500 5.5.2 Line too long\r\n250 2.0.0 Ok\r\n");
}

TEST_P(ServerCommands, TooManyErrorsEndTheSession) {
  auto options = named();
  options.limits.errors = 3;
  auto script = greeted(options);
  script.say("X\r\nX\r\n");
  EXPECT_TRUE(script.say("X\r\nNOOP\r\n").ends_with("421 4.7.0 sink.example Too many errors\r\n"));
  EXPECT_EQ(script.session.need(), ServerNeed::closed);
  EXPECT_EQ(handler.close_reason, "too many errors");
}

TEST_P(ServerCommands, HttpRequestIsCutOffWithoutAnAnswer) {
  for (const std::string_view verb : {"GET", "POST", "CONNECT", "put"}) {
    auto script = start();
    script.replies();
    EXPECT_EQ(script.say(std::string(verb) + " / HTTP/1.1\r\nHost: x\r\nEHLO x\r\nMAIL FROM:<a@b>\r\n"), "");
    EXPECT_EQ(script.session.need(), ServerNeed::closed);
  }
}

TEST_P(ServerCommands, StartTlsForgetsEverythingSaidBefore) {
  auto options = named();
  options.offer_starttls = true;
  auto script = greeted(options);
  script.say("AUTH PLAIN AGl2YW4Ac2VjcmV0LXdvcmQ=\r\nMAIL FROM:<a@b>\r\n");
  EXPECT_EQ(script.session.peer().user, "ivan");
  EXPECT_TRUE(script.say("STARTTLS\r\n").starts_with("220 2.0.0"));
  EXPECT_EQ(script.session.need(), ServerNeed::start_tls);
  script.session.tls_established({"TLSv1.3", "x"});
  EXPECT_EQ(script.session.need(), ServerNeed::read);
  EXPECT_EQ(script.session.peer().user, "");
  EXPECT_EQ(script.session.peer().helo, "");
  EXPECT_TRUE(script.say("MAIL FROM:<a@b>\r\n").starts_with("503"));
  EXPECT_EQ(script.say("EHLO x\r\n").find("STARTTLS"), std::string::npos);
  EXPECT_TRUE(script.say("STARTTLS\r\n").starts_with("503 5.5.1"));
}

TEST(ServerStartTls, CommandInTheSamePacketIsNotExecutedAndTheSessionEnds) {
  ScriptedHandler handler;
  ServerOptions options;
  options.offer_starttls = true;
  ServerScript script(handler, options);
  script.hello();
  EXPECT_TRUE(script.say("STARTTLS\r\nRSET\r\n").starts_with("554 5.5.0"));
  EXPECT_EQ(script.session.need(), ServerNeed::closed);

  ServerScript late(handler, options);
  late.hello();
  late.say("STARTTLS\r\n");
  EXPECT_EQ(late.say("RSET\r\n"), "");
  EXPECT_EQ(late.session.need(), ServerNeed::closed);
}

TEST_P(ServerCommands, ImplicitTlsGreetsOnlyBehindTheHandshake) {
  auto options = named();
  options.implicit_tls = options.offer_starttls = true;
  auto script = start(options);
  EXPECT_EQ(script.session.need(), ServerNeed::start_tls);
  EXPECT_EQ(script.replies(), "");
  script.session.tls_established({"TLSv1.3", "x"});
  EXPECT_EQ(script.replies(), "220 sink.example ESMTP gatepost\r\n");
  EXPECT_EQ(script.say("EHLO x\r\n").find("STARTTLS"), std::string::npos);
}

TEST_P(ServerCommands, RequiredTlsAndAuthAreAskedForBeforeMail) {
  auto options = named();
  options.offer_starttls = options.require_tls = options.require_auth = true;
  auto script = greeted(options);
  EXPECT_TRUE(script.say("MAIL FROM:<a@b>\r\n").starts_with("530 5.7.0 Must issue"));
  EXPECT_TRUE(script.say("AUTH PLAIN AGl2YW4Ac2VjcmV0LXdvcmQ=\r\n").starts_with("530 5.7.0 Must issue"));
  script.say("STARTTLS\r\n");
  script.session.tls_established({"TLSv1.3", "x"});
  script.say("EHLO x\r\n");
  EXPECT_EQ(script.say("MAIL FROM:<a@b>\r\n"), "530 5.7.0 Authentication required\r\n");
  EXPECT_TRUE(script.say("AUTH PLAIN AGl2YW4Ac2VjcmV0LXdvcmQ=\r\n").starts_with("235"));
  EXPECT_TRUE(script.say("MAIL FROM:<a@b>\r\n").starts_with("250"));
}

class ServerAuth : public ServerTest {};
INSTANTIATE_TEST_SUITE_P(, ServerAuth, testing::Bool(), server_portions);

TEST_P(ServerAuth, PlainWithAndWithoutInitialResponse) {
  auto script = greeted();
  EXPECT_EQ(script.say("AUTH PLAIN AGl2YW4Ac2VjcmV0LXdvcmQ=\r\n"), "235 2.7.0 Authentication successful\r\n");
  EXPECT_EQ(script.session.peer().user, "ivan");
  EXPECT_TRUE(script.say("AUTH PLAIN x\r\n").starts_with("503")) << "only once";
  auto asked = greeted();
  EXPECT_EQ(asked.say("auth plain\r\n"), "334 \r\n");
  EXPECT_TRUE(asked.say("AGl2YW4Ac2VjcmV0LXdvcmQ=\r\n").starts_with("235"));
}

TEST_P(ServerAuth, LoginWithAndWithoutInitialResponse) {
  auto script = greeted();
  EXPECT_EQ(script.say("AUTH LOGIN\r\n"), "334 VXNlcm5hbWU6\r\n");
  EXPECT_EQ(script.say("aXZhbg==\r\n"), "334 UGFzc3dvcmQ6\r\n");
  EXPECT_TRUE(script.say("c2VjcmV0LXdvcmQ=\r\n").starts_with("235"));
  auto initial = greeted();
  EXPECT_EQ(initial.say("AUTH LOGIN aXZhbg==\r\n"), "334 UGFzc3dvcmQ6\r\n");
  EXPECT_TRUE(initial.say("c2VjcmV0LXdvcmQ=\r\n").starts_with("235"));
  EXPECT_EQ(handler.asked_for_auth, (std::vector<std::string>{"LOGIN ivan secret-word", "LOGIN ivan secret-word"}));
}

TEST_P(ServerAuth, CancelBadBase64AndWrongPasswordLeaveTheSessionUsable) {
  auto script = greeted();
  EXPECT_TRUE(script.say("AUTH PLAIN\r\n*\r\n").ends_with("501 5.7.0 Authentication cancelled\r\n"));
  EXPECT_TRUE(script.say("AUTH LOGIN\r\n*\r\n").ends_with("501 5.7.0 Authentication cancelled\r\n"));
  EXPECT_TRUE(script.say("AUTH PLAIN !!!\r\n").starts_with("501 5.5.2"));
  EXPECT_TRUE(script.say("AUTH PLAIN aXZhbg==\r\n").starts_with("501 5.5.2"));
  EXPECT_TRUE(script.say("AUTH PLAIN =\r\n").starts_with("501 5.5.2"));
  EXPECT_TRUE(script.say("AUTH LOGIN\r\nnot base64\r\n").ends_with("501 5.5.2 Cannot decode the response\r\n"));
  EXPECT_EQ(script.say("AUTH PLAIN AGl2YW4AeA==\r\n"), "535 5.7.8 Incorrect login or password\r\n");
  EXPECT_EQ(script.session.peer().user, "");
  EXPECT_EQ(script.say("NOOP\r\n"), "250 2.0.0 Ok\r\n");
}

TEST_P(ServerAuth, NotOfferedInTheClearWhereForbidden) {
  auto options = named();
  options.auth_without_tls = false;
  auto script = greeted(options);
  EXPECT_EQ(script.say("EHLO x\r\n").find("AUTH"), std::string::npos);
  EXPECT_TRUE(script.say("AUTH PLAIN AGl2YW4Ac2VjcmV0LXdvcmQ=\r\n").starts_with("538 5.7.11"));
  options.mechanisms.clear();
  auto never = greeted(options);
  EXPECT_TRUE(never.say("AUTH PLAIN x\r\n").starts_with("502 5.5.1"));
  EXPECT_TRUE(handler.asked_for_auth.empty());
}

TEST_P(ServerAuth, LongTokensFitInAuthLinesOnly) {
  auto script = greeted();
  std::string token;
  for (int i = 0; i < 2000; ++i) token += "QUFB";
  EXPECT_TRUE(script.say("AUTH PLAIN " + token + "\r\n").starts_with("501 5.5.2"));
  EXPECT_TRUE(script.say("AUTH LOGIN\r\n" + token + "\r\n").starts_with("334 VXNlcm5hbWU6\r\n334 "));
  EXPECT_TRUE(script.say(std::string(13'000, 'A') + "\r\n").starts_with("500 5.5.6 "));
  EXPECT_EQ(script.say("NOOP\r\n"), "250 2.0.0 Ok\r\n") << "the exchange is over";
}

TEST_P(ServerAuth, SecretsAreInNoTranscript) {
  auto script = greeted();
  script.say("AUTH PLAIN AGl2YW4Ac2VjcmV0LXdvcmQx\r\nAUTH LOGIN\r\naXZhbg==\r\nc2VjcmV0LXdvcmQx\r\n");
  script.say("AUTH CRAM-MD5\r\nc2VjcmV0LXdvcmQx\r\nAUTH PLAIN c2VjcmV0LXdvcmQx\x01\r\n");
  script.say("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n.\r\nQUIT\r\n");
  for (const std::string& text : {handler.close_transcript, handler.letters.at(0).transcript}) {
    EXPECT_EQ(text.find("c2VjcmV0LXdvcmQ"), std::string::npos) << text;
    EXPECT_EQ(text.find("AGl2YW4"), std::string::npos) << text;
    EXPECT_NE(text.find("C: AUTH PLAIN ****\n"), std::string::npos) << text;
  }
}

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

}  // namespace
}  // namespace gatepost::smtp
