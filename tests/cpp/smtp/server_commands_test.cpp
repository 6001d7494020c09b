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

TEST_P(ServerCommands, WhereTlsIsRequiredOnlyWhatLeadsToItIsServedBefore) {
  auto options = named();
  options.offer_starttls = options.require_tls = true;
  auto script = greeted(options);
  for (const auto* line : {"HELO x", "HELP", "RSET", "VRFY a@b", "MAIL FROM:<a@b>", "RCPT TO:<a@b>", "DATA"}) {
    EXPECT_TRUE(script.say(std::string(line) + "\r\n").starts_with("530 5.7.0 Must issue")) << line;
  }
  EXPECT_TRUE(script.say("NOOP\r\n").starts_with("250"));
  EXPECT_TRUE(script.say("EHLO x\r\n").starts_with("250"));
  EXPECT_TRUE(script.say("QUIT\r\n").starts_with("221"));
}

TEST_P(ServerCommands, MailParametersAfterHeloAreTakenWithAWarning) {
  auto script = start(named());
  script.replies();
  script.say("HELO x\r\n");
  EXPECT_TRUE(script.say("MAIL FROM:<a@b> SIZE=10\r\n").starts_with("250"));
  EXPECT_EQ(script.session.warnings(), std::vector<std::string>{"parameters after HELO"});
}

}  // namespace
}  // namespace gatepost::smtp
