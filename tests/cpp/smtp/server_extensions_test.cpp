#include "gatepost/core/clock.hpp"
#include "server_script.hpp"

namespace gatepost::smtp {
namespace {

class ServerExtensionsTest : public ServerTest {
 protected:
  /// The reply to MAIL with `parameters`, in a transaction of its own.
  static std::string mail(ServerScript& script, std::string_view parameters) {
    auto reply = script.say("MAIL FROM:<a@b> " + std::string(parameters) + "\r\n");
    script.say("RSET\r\n");
    return reply;
  }
  ServerOptions timed() {
    auto options = named();
    options.clock = &clock;  // 2026-01-01T00:00:00Z
    return options;
  }
  ManualClock clock;
};
INSTANTIATE_TEST_SUITE_P(, ServerExtensionsTest, testing::Bool(), server_portions);

TEST_P(ServerExtensionsTest, AllAreAnnouncedTogether) {
  auto options = timed();
  options.offer_starttls = true;
  options.limits.message_bytes = 1234;
  options.limits.letters = 7;
  options.limits.recipient_domains = 3;
  ServerPeer peer;
  peer.may_xclient = true;
  auto script = start(options, peer);
  script.replies();
  EXPECT_EQ(announced(script.say("EHLO x\r\n")),
            (std::vector<std::string>{
                "PIPELINING", "SIZE 1234", "STARTTLS", "AUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER", "8BITMIME", "SMTPUTF8",
                "ENHANCEDSTATUSCODES", "DSN", "CHUNKING", "BINARYMIME", "LIMITS RCPTMAX=1000 MAILMAX=7 RCPTDOMAINMAX=3",
                "MT-PRIORITY", "DELIVERBY", "FUTURERELEASE 2592000 2026-01-31T00:00:00Z", "ETRN", "VRFY", "EXPN",
                "XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT REVERSE_NAME", "HELP"}));
}

TEST_P(ServerExtensionsTest, RequireTlsIsAnnouncedUnderTlsAlone) {
  auto options = named();
  options.implicit_tls = true;
  auto script = start(options);
  script.session.tls_established({"TLSv1.3", "x"});
  script.replies();
  EXPECT_NE(script.say("EHLO x\r\n").find("250-REQUIRETLS\r\n"), std::string::npos);
  EXPECT_TRUE(mail(script, "REQUIRETLS").starts_with("250"));
  auto clear = greeted();
  EXPECT_TRUE(mail(clear, "REQUIRETLS").starts_with("555 5.5.4"));
}

TEST_P(ServerExtensionsTest, WhatIsSwitchedOffIsNeitherAnnouncedNorServed) {
  auto options = named();
  options.extensions = {false, false, false, false, false, false, false, false,
                        false, false, false, false, false, false, false, std::nullopt};
  options.mechanisms.clear();
  auto script = start(options);
  script.replies();
  EXPECT_EQ(script.say("EHLO x\r\n"), "250 sink.example\r\n");
  for (const std::string_view parameter :
       {"SIZE=1", "BODY=8BITMIME", "SMTPUTF8", "RET=FULL", "ENVID=x", "BODY=BINARYMIME", "REQUIRETLS", "MT-PRIORITY=1",
        "BY=100;R", "HOLDFOR=10", "HOLDUNTIL=2026-01-01T00:00:01Z", "AUTH=<>"}) {
    EXPECT_EQ(mail(script, parameter), "555 Unsupported parameter\r\n") << parameter;
  }
  for (const std::string_view command : {"BDAT 0 LAST\r\n", "ETRN x\r\n", "VRFY x\r\n", "EXPN x\r\n", "HELP\r\n"}) {
    EXPECT_TRUE(script.say(command).starts_with("502 ")) << command;
  }
  EXPECT_TRUE(script.say("XCLIENT ADDR=192.0.2.1\r\n").starts_with("550 "));
}

TEST_P(ServerExtensionsTest, RepliesGoWithoutEnhancedCodesWhereTheyAreOff) {
  auto options = named();
  options.extensions.enhanced_status_codes = false;
  handler.rcpt["no@d"] = refuse("550 5.1.1 No\n5.1.1 really\nno");
  handler.rcpt["plain@d"] = refuse("550 Nobody");
  auto script = greeted(options);
  EXPECT_EQ(script.say("MAIL FROM:<a@b>\r\nRCPT TO:<no@d>\r\nRCPT TO:<plain@d>\r\nDATA\r\nRSET\r\n"),
            "250 Ok\r\n550-No\r\n550-really\r\n550 no\r\n550 Nobody\r\n554 No valid recipients\r\n250 Ok\r\n");
}

TEST_P(ServerExtensionsTest, EachParameterOfMailIsChecked) {
  auto script = greeted(timed());
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"SIZE=10", "250"},
      {"SIZE=x", "501 5.5.4"},
      {"SIZE", "501 5.5.4"},
      {"BODY=7BIT", "250"},
      {"body=8bitmime", "250"},
      {"BODY=BINARYMIME", "250"},
      {"BODY=9BIT", "501 5.5.4"},
      {"SMTPUTF8", "250"},
      {"SMTPUTF8=1", "501 5.5.4"},
      {"AUTH=<>", "250"},
      {"AUTH=ivan+2Bx@b", "250"},
      {"AUTH=ivan+2bx@b", "501 5.5.4"},
      {"AUTH", "501 5.5.4"},
      {"RET=FULL", "250"},
      {"RET=hdrs", "250"},
      {"RET=ALL", "501 5.5.4"},
      {"ENVID=QQ314159", "250"},
      {"ENVID=a+3Db", "250"},
      {"ENVID=a+b", "501 5.5.4"},
      {"ENVID=a=b", "501 5.5.4"},
      {"ENVID=", "501 5.5.4"},
      {"ENVID", "501 5.5.4"},
      {"BODY", "501 5.5.4"},
      {"RET", "501 5.5.4"},
      {"HOLDFOR", "501 5.5.4"},
      {"MT-PRIORITY=-9", "250"},
      {"MT-PRIORITY=0", "250"},
      {"MT-PRIORITY=9", "250"},
      {"MT-PRIORITY=10", "501 5.5.4"},
      {"MT-PRIORITY=-0", "501 5.5.4"},
      {"MT-PRIORITY=+1", "501 5.5.4"},
      {"BY=120;R", "250"},
      {"BY=-120;NT", "250"},
      {"BY=+1;rt", "250"},
      {"BY=0;R", "501 5.5.4"},
      {"BY=-1;R", "501 5.5.4"},
      {"BY=1", "501 5.5.4"},
      {"BY=1;X", "501 5.5.4"},
      {"BY=1;T", "501 5.5.4"},
      {"BY=1234567890;R", "501 5.5.4"},
      {"HOLDFOR=3600", "250"},
      {"HOLDFOR=2592001", "501 5.5.4"},
      {"HOLDFOR=-1", "501 5.5.4"},
      {"HOLDUNTIL=2026-01-30T00:00:00Z", "250"},
      {"HOLDUNTIL=2026-01-30T23:59:59.5+01:00", "250"},
      {"HOLDUNTIL=2020-01-01T00:00:00Z", "250"},
      {"HOLDUNTIL=2026-01-31T00:00:01Z", "501 5.5.4"},
      {"HOLDUNTIL=6006-01-31T00:00:01Z", "501 5.5.4"},
      {"HOLDUNTIL=0001-01-31T00:00:01Z", "250"},
      {"HOLDUNTIL=2026-02-30T00:00:00Z", "501 5.5.4"},
      {"HOLDUNTIL=2026-01-02", "501 5.5.4"},
      {"HOLDUNTIL=2026-01-02T00:00:00", "501 5.5.4"},
      {"HOLDUNTIL=2026-01-02T24:00:00Z", "501 5.5.4"},
      {"HOLDFOR=1 HOLDUNTIL=2026-01-02T00:00:00Z", "501 5.5.4"},
      {"SIZE=1 SIZE=2", "501 5.5.4"},
      {"size=1 SIZE=2", "501 5.5.4"},
      {"X-ODD=1", "555 5.5.4"},
      {"_ODD=1", "501 5.5.4"},
      {"NOTIFY=NEVER", "555 5.5.4"}};
  for (const auto& [parameters, code] : cases) {
    EXPECT_TRUE(mail(script, parameters).starts_with(code)) << parameters;
    if (script.session.need() == ServerNeed::closed) script = greeted(timed());
  }
  EXPECT_TRUE(mail(script, "ENVID=" + std::string(100, 'x')).starts_with("250"));
  EXPECT_TRUE(mail(script, "ENVID=" + std::string(101, 'x')).starts_with("501 5.5.4"));
}

TEST_P(ServerExtensionsTest, EachParameterOfRcptIsChecked) {
  auto script = greeted();
  script.say("MAIL FROM:<a@b>\r\n");
  const std::pair<std::string_view, std::string_view> cases[] = {{"NOTIFY=NEVER", "250"},
                                                                 {"NOTIFY=SUCCESS,failure,DELAY", "250"},
                                                                 {"NOTIFY=SUCCESS,NEVER", "501 5.5.4"},
                                                                 {"NOTIFY=SUCCESS,SUCCESS", "501 5.5.4"},
                                                                 {"NOTIFY=SUCCESS,", "501 5.5.4"},
                                                                 {"NOTIFY=", "501 5.5.4"},
                                                                 {"NOTIFY", "501 5.5.4"},
                                                                 {"ORCPT=rfc822;a+2Bb@c", "250"},
                                                                 {"ORCPT=rfc822;a+b@c", "501 5.5.4"},
                                                                 {"ORCPT=a@c", "501 5.5.4"},
                                                                 {"ORCPT=;a@c", "501 5.5.4"},
                                                                 {"ORCPT=rfc822;", "501 5.5.4"},
                                                                 {"ORCPT=rf@c;x", "501 5.5.4"},
                                                                 {"ORCPT=utf-8;\\x{43F}@c", "250"},
                                                                 {"ORCPT=utf-8;иван@c", "501 5.5.4"},
                                                                 {"RET=FULL", "555 5.5.4"}};
  for (const auto& [parameters, code] : cases) {
    EXPECT_TRUE(script.say("RCPT TO:<c@d> " + std::string(parameters) + "\r\n").starts_with(code)) << parameters;
  }
  EXPECT_TRUE(script.say("RCPT TO:<c@d> ORCPT=rfc822;" + std::string(494, 'x') + "\r\n").starts_with("501 5.5.4"));
  script.say("RSET\r\nMAIL FROM:<a@b> SMTPUTF8\r\n");
  EXPECT_TRUE(script.say("RCPT TO:<c@d> ORCPT=utf-8;иван@c\r\n").starts_with("250"));
}

TEST_P(ServerExtensionsTest, ParametersReachTheEnvelopeAsSent) {
  handler.rcpt["drop@d"] = {Verdict::Action::discard, "", {}};
  auto script = greeted();
  script.say(
      "MAIL FROM:<a@b> RET=HDRS ENVID=x\r\nRCPT TO:<c@d> NOTIFY=NEVER\r\nRCPT TO:<drop@d> NOTIFY=DELAY\r\n"
      "RCPT TO:<e@f>\r\nRCPT TO:<g@h> NOTIFY=FAILURE ORCPT=rfc822;i@j\r\nDATA\r\n.\r\n");
  const auto& envelope = handler.letters.at(0).envelope;
  EXPECT_EQ(envelope.mail_params, (std::vector<std::string>{"RET=HDRS", "ENVID=x"}));
  EXPECT_EQ(envelope.rcpt_to, (std::vector<std::string>{"c@d", "e@f", "g@h"}));
  EXPECT_EQ(envelope.rcpt_params,
            (std::vector<std::vector<std::string>>{{"NOTIFY=NEVER"}, {}, {"NOTIFY=FAILURE", "ORCPT=rfc822;i@j"}}));
}

TEST_P(ServerExtensionsTest, EtrnAsksTheHandler) {
  auto script = start();
  script.replies();
  EXPECT_TRUE(script.say("ETRN known.example\r\n").starts_with("503 5.5.1"));
  script.hello();
  EXPECT_EQ(script.say("ETRN known.example\r\n"), "250 2.0.0 Queuing for node known.example started\r\n");
  EXPECT_EQ(script.say("ETRN other.example\r\n"), "251 2.0.0 No messages waiting\r\n");
  EXPECT_TRUE(script.say("ETRN\r\n").starts_with("501 5.5.4"));
  EXPECT_TRUE(script.say("ETRN a b\r\n").starts_with("501 5.5.4"));
  script.say("MAIL FROM:<a@b>\r\n");
  EXPECT_TRUE(script.say("ETRN known.example\r\n").starts_with("503 5.5.1"));
}

TEST_P(ServerExtensionsTest, QuestionsNeedALoginWhereLettersDo) {
  auto options = named();
  options.require_auth = true;
  auto script = greeted(options);
  for (const std::string_view command : {"VRFY a\r\n", "EXPN a\r\n", "ETRN a\r\n"}) {
    EXPECT_TRUE(script.say(command).starts_with("530 5.7.0")) << command;
  }
  EXPECT_TRUE(script.say("NOOP\r\n").starts_with("250"));
}

TEST_P(ServerExtensionsTest, DomainsOfALetterAreLimitedWhateverTheirCase) {
  auto options = named();
  options.limits.recipient_domains = 2;
  auto script = greeted(options);
  EXPECT_EQ(
      script.say("MAIL FROM:<>\r\nRCPT TO:<a@one>\r\nRCPT TO:<b@TWO>\r\nRCPT TO:<c@two>\r\nRCPT TO:<d@three>\r\n"),
      "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n452 4.5.3 Too many recipient domains\r\n");
  EXPECT_EQ(script.say("RSET\r\nMAIL FROM:<>\r\nRCPT TO:<d@three>\r\n"),
            "250 2.0.0 Ok\r\n250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n");
}

}  // namespace
}  // namespace gatepost::smtp
