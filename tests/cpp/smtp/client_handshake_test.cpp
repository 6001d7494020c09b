#include "client_script.hpp"

namespace gatepost::smtp {
namespace {

using codes::Category;
using codes::Phase;

class ClientHandshake : public ClientTest {
 protected:
  static ClientOptions login(Security security = Security::none) {
    auto options = plain_options();
    options.security = security;
    options.identity.login = "ivan";
    options.identity.password = "secret-word";
    options.allow_cleartext_auth = true;
    return options;
  }
  static void expect_ended(ClientScript& script, Category category, Phase phase) {
    EXPECT_EQ(script.session.need(), Need::closed);
    ASSERT_TRUE(script.session.failure());
    EXPECT_EQ(script.session.failure()->category, category) << script.session.failure()->message;
    EXPECT_EQ(script.session.failure()->phase, phase);
    EXPECT_FALSE(script.session.ready());
    EXPECT_FALSE(script.session.wants_letter());
  }
};
INSTANTIATE_TEST_SUITE_P(, ClientHandshake, testing::Bool(), portions);

// "AHNlY3JldA==" and its like in these tests: base64 of "\0ivan\0secret-word", "ivan" and "secret-word".
constexpr std::string_view plain_line = "AUTH PLAIN AGl2YW4Ac2VjcmV0LXdvcmQ=\r\n";

TEST_P(ClientHandshake, ServerThatKnowsNoGreetingOfOursIsSaidToSpeakTheOtherProtocol) {
  auto smtp = start();
  smtp.say("220 mx.example LMTP\r\n");
  smtp.written();
  smtp.say("500 5.5.1 use LHLO\r\n");
  smtp.expect("HELO me.example\r\n");
  smtp.say("500 5.5.1 use LHLO\r\n");
  ASSERT_TRUE(smtp.session.failure());
  EXPECT_NE(smtp.session.failure()->message.find("lmtp://"), std::string::npos);
  EXPECT_EQ(smtp.session.failure()->server_text, "use LHLO");

  auto options = plain_options();
  options.identity.login = "ivan";  // needs EHLO
  options.identity.password = "secret-word";
  auto with_login = start(options);
  with_login.say("220 mx.example LMTP\r\n");
  with_login.written();
  with_login.say("500 5.5.1 use LHLO\r\n");
  EXPECT_NE(with_login.session.failure()->message.find("lmtp://"), std::string::npos);

  options = plain_options();
  options.lmtp = true;
  auto lmtp = start(options);
  lmtp.say("220 mx.example ESMTP\r\n");
  lmtp.written();
  lmtp.say("502 5.5.2 Error: command not recognized\r\n");
  EXPECT_NE(lmtp.session.failure()->message.find("smtp://"), std::string::npos);

  auto busy = start();
  busy.say("220 mx\r\n");
  busy.written();
  busy.say("550 5.7.1 go away\r\n");
  busy.written();
  busy.say("550 5.7.1 go away\r\n");
  EXPECT_EQ(busy.session.failure()->message, "") << "a refusal of us says nothing of the protocol";
}

TEST_P(ClientHandshake, GreetingOfSeveralLinesThenEhloMakesItReady) {
  auto script = start();
  EXPECT_EQ(script.session.need(), Need::read);
  EXPECT_EQ(script.session.phase(), Phase::greeting);
  script.say("220-mx.example ESMTP\r\n220 no spam here\r\n");
  script.expect("EHLO me.example\r\n");
  EXPECT_EQ(script.session.phase(), Phase::ehlo);
  script.say("250-mx.example\r\n250-PIPELINING\r\n250-SIZE 1000\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n");
  script.expect("");
  EXPECT_TRUE(script.session.ready());
  EXPECT_EQ(script.session.need(), Need::letter);
  EXPECT_TRUE(script.session.wants_letter());
  const auto& facts = script.session.facts();
  EXPECT_EQ(facts.greeting, "mx.example ESMTP no spam here");
  EXPECT_EQ(facts.extensions, (std::vector<std::string>{"PIPELINING", "SIZE 1000", "8BITMIME", "SMTPUTF8"}));
  EXPECT_EQ(facts.max_message_bytes, 1000u);
  EXPECT_TRUE(facts.pipelining && facts.eight_bit_mime && facts.smtp_utf8);
}

TEST_P(ClientHandshake, RefusingGreetingEndsTheSession) {
  for (const std::string_view greeting : {"421 4.4.5 Server is temporarily unavailable\r\n", "554 5.7.1 go away\r\n"}) {
    auto script = start();
    script.say(greeting);
    script.expect("");
    EXPECT_EQ(script.session.need(), Need::closed);
    ASSERT_TRUE(script.session.failure());
    EXPECT_EQ(script.session.failure()->phase, Phase::greeting);
    EXPECT_EQ(script.session.failure()->code, greeting[0] == '4' ? 421 : 554);
  }
}

TEST_P(ClientHandshake, WhatIsNoGreetingIsAProtocolError) {
  for (const std::string_view greeting : {"250 hi\r\n", "354 hi\r\n", "HTTP/1.1 400 Bad Request\r\n", "\r\n"}) {
    auto script = start();
    script.say(greeting);
    expect_ended(script, Category::protocol_error, Phase::greeting);
  }
}

TEST_P(ClientHandshake, ServerWithoutEhloIsGreetedWithHelo) {
  auto script = start();
  script.say("220 old\r\n");
  script.expect("EHLO me.example\r\n");
  script.say("502 what?\r\n");
  script.expect("HELO me.example\r\n");
  script.say("250 old\r\n");
  EXPECT_TRUE(script.session.ready());
  EXPECT_FALSE(script.session.facts().pipelining);
  EXPECT_TRUE(script.session.facts().extensions.empty());
}

TEST_P(ClientHandshake, RefusalOfEhloAndHeloEndsTheSession) {
  auto script = start();
  script.say("220 old\r\n");
  script.written();
  script.say("500 no\r\n");
  script.written();
  script.say("550 5.7.1 still no\r\n");
  EXPECT_EQ(script.session.need(), Need::closed);
  EXPECT_EQ(script.session.failure()->code, 550);
  EXPECT_EQ(script.session.failure()->phase, Phase::ehlo);

  auto temporary = start();
  temporary.say("220 mx\r\n");
  temporary.written();
  temporary.say("451 4.3.0 later\r\n");
  EXPECT_EQ(temporary.session.failure()->code, 451);
}

TEST_P(ClientHandshake, HeloNameThatCouldSplitTheLineIsNeverWritten) {
  for (const std::string_view name : {"a\r\nMAIL FROM:<x>", "a b"}) {
    auto options = plain_options();
    options.helo_name = name;
    auto script = start(options);
    script.say("220 mx\r\n");
    script.expect("");
    expect_ended(script, Category::protocol_error, Phase::ehlo);
  }
}

TEST_P(ClientHandshake, StartTlsThenEverythingAnew) {
  auto options = login(Security::starttls);
  options.allow_cleartext_auth = false;
  auto script = start(options);
  script.greet({"PIPELINING", "STARTTLS", "AUTH LOGIN", "SIZE 77"});
  script.expect("STARTTLS\r\n");
  EXPECT_EQ(script.session.phase(), Phase::tls);
  script.say("220 2.0.0 go\r\n");
  EXPECT_EQ(script.session.need(), Need::start_tls);
  script.session.tls_established({"TLSv1.3", "AES"});
  script.expect("EHLO me.example\r\n");
  EXPECT_EQ(script.session.facts().max_message_bytes, std::nullopt) << "nothing learnt in the clear counts";
  EXPECT_FALSE(script.session.facts().pipelining);
  script.say(ClientScript::ehlo_reply({"AUTH PLAIN", "STARTTLS"}));
  script.expect(plain_line);
  script.say("235 2.7.0 welcome\r\n");
  EXPECT_TRUE(script.session.ready() && script.session.authenticated());
  EXPECT_EQ(script.session.facts().auth_mechanism, "PLAIN");
  EXPECT_EQ(script.session.facts().tls->version, "TLSv1.3");
}

TEST_P(ClientHandshake, StartTlsNotOfferedButRequiredEndsTheSession) {
  auto options = plain_options();
  options.security = Security::starttls;
  auto script = start(options);
  script.greet({"PIPELINING"});
  script.expect("QUIT\r\n");
  expect_ended(script, Category::tls_error, Phase::tls);
}

TEST_P(ClientHandshake, StartTlsRefusedEndsTheSessionOrGoesOnWhereItWasOptional) {
  auto options = plain_options();
  options.security = Security::starttls;
  auto strict = start(options);
  strict.greet({"STARTTLS"});
  strict.written();
  strict.say("454 4.7.0 TLS not available\r\n");
  EXPECT_EQ(strict.session.need(), Need::closed);
  EXPECT_EQ(strict.session.failure()->phase, Phase::tls);

  options.security = Security::starttls_if_offered;
  auto lenient = start(options);
  lenient.greet({"STARTTLS"});
  lenient.written();
  lenient.say("454 4.7.0 TLS not available\r\n");
  EXPECT_TRUE(lenient.session.ready());
  auto not_offered = start(options);
  not_offered.greet({});
  EXPECT_TRUE(not_offered.session.ready());
}

TEST_P(ClientHandshake, BytesBehindTheStartTlsReplyAreAnAttack) {
  auto options = plain_options();
  options.security = Security::starttls;
  auto script = start(options);
  script.greet({"STARTTLS"});
  script.written();
  script.say("220 go\r\n250 mx injected\r\n");
  expect_ended(script, Category::tls_error, Phase::tls);
  script.expect("");
}

TEST_P(ClientHandshake, ImplicitTlsBeginsWithTheHandshake) {
  auto options = plain_options();
  options.security = Security::implicit_tls;
  auto script = start(options);
  EXPECT_EQ(script.session.need(), Need::start_tls);
  EXPECT_EQ(script.session.phase(), Phase::tls);
  script.session.tls_established({"TLSv1.2", "X"});
  EXPECT_EQ(script.session.need(), Need::read);
  EXPECT_EQ(script.session.phase(), Phase::greeting);
  script.greet({"STARTTLS"});
  EXPECT_TRUE(script.session.ready());
  EXPECT_EQ(script.session.facts().tls->version, "TLSv1.2");
}

TEST_P(ClientHandshake, PasswordIsNotSentInTheClear) {
  auto options = login();
  options.allow_cleartext_auth = false;
  auto script = start(options);
  script.greet({"AUTH PLAIN LOGIN"});
  script.expect("QUIT\r\n");
  expect_ended(script, Category::auth_policy, Phase::auth);
  EXPECT_NE(script.session.failure()->message.find("unencrypted"), std::string::npos);
}

TEST_P(ClientHandshake, AuthLoginAnswersBothQuestions) {
  auto script = start(login());
  script.greet({"AUTH=LOGIN"});
  script.expect("AUTH LOGIN\r\n");
  script.say("334 VXNlcm5hbWU6\r\n");
  script.expect("aXZhbg==\r\n");
  script.say("334 UGFzc3dvcmQ6\r\n");
  script.expect("c2VjcmV0LXdvcmQ=\r\n");
  script.say("235 ok\r\n");
  EXPECT_TRUE(script.session.authenticated());
  EXPECT_EQ(script.session.facts().auth_mechanism, "LOGIN");
}

TEST_P(ClientHandshake, ServerThatIgnoresTheInitialResponseGetsItAgainOnce) {
  auto script = start(login());
  script.greet({"AUTH PLAIN"});
  script.expect(plain_line);
  script.say("334 \r\n");
  script.expect("AGl2YW4Ac2VjcmV0LXdvcmQ=\r\n");
  script.say("334 more\r\n");
  expect_ended(script, Category::protocol_error, Phase::auth);
}

TEST_P(ClientHandshake, NextMechanismIsTriedWhereOneIsRefusedAsSuch) {
  for (const std::string_view refusal : {"504 5.5.4 no PLAIN\r\n", "534 5.7.9 too weak\r\n"}) {
    auto script = start(login());
    script.greet({"AUTH LOGIN PLAIN"});
    script.expect(plain_line);
    script.say(refusal);
    script.expect("AUTH LOGIN\r\n");
    script.say(refusal);
    script.expect("QUIT\r\n");
    EXPECT_EQ(script.session.need(), Need::closed);
    EXPECT_EQ(script.session.failure()->phase, Phase::auth);
  }
}

TEST_P(ClientHandshake, WrongPasswordEndsTheSessionWithoutAnotherTry) {
  auto script = start(login());
  script.greet({"AUTH PLAIN LOGIN"});
  script.written();
  script.say("535 5.7.8 Incorrect login or password\r\n");
  script.expect("QUIT\r\n");
  EXPECT_EQ(script.session.need(), Need::closed);
  EXPECT_EQ(script.session.failure()->code, 535);
  EXPECT_EQ(script.session.failure()->category, Category::auth_failed);
}

TEST_P(ClientHandshake, NoUsableMechanismSaysWhichAreOffered) {
  auto none = start(login());
  none.greet({});
  none.expect("QUIT\r\n");
  expect_ended(none, Category::auth_policy, Phase::auth);

  auto others = start(login());
  others.greet({"AUTH XOAUTH2 GSSAPI"});
  expect_ended(others, Category::auth_policy, Phase::auth);
  EXPECT_NE(others.session.failure()->message.find("XOAUTH2, GSSAPI"), std::string::npos);
}

TEST_P(ClientHandshake, SecretsAreInNoTranscriptAndNoFailure) {
  const std::string secrets[] = {"secret-word", "c2VjcmV0LXdvcmQ=", "AGl2YW4Ac2VjcmV0LXdvcmQ="};
  const auto expect_none = [&](const std::string& text) {
    for (const auto& secret : secrets) EXPECT_EQ(text.find(secret), std::string::npos) << text;
  };
  for (const std::string mechanism : {"PLAIN", "LOGIN"}) {
    auto script = start(login());
    script.greet({"AUTH " + mechanism});
    script.written();
    if (mechanism == "LOGIN") {
      script.say("334 VXNlcm5hbWU6\r\n");
      script.written();
      script.say("334 c2VjcmV0LXdvcmQ=\r\n");
      script.written();
    }
    script.say("535-5.7.8 not secret-word\r\n535 5.7.8 nor AGl2YW4Ac2VjcmV0LXdvcmQ=\r\n");
    expect_none(script.session.transcript());
    EXPECT_NE(script.session.transcript().find("****"), std::string::npos);
    expect_none(script.session.failure()->server_text + script.session.failure()->message +
                script.session.failure()->evidence);

    auto broken = start(login());
    broken.greet({"AUTH " + mechanism});
    broken.written();
    broken.say("you said secret-word\r\n");
    expect_none(broken.session.failure()->message);
  }
}

TEST_P(ClientHandshake, ReplyBeforeItsCommandWentOutIsAProtocolError) {
  auto script = start();
  script.say("220 mx\r\n250 early\r\n");
  expect_ended(script, Category::protocol_error, Phase::ehlo);
}

TEST_P(ClientHandshake, QuitWhileShakingHandsComesRightAfter) {
  auto script = start();
  script.session.quit();
  script.greet({});
  script.expect("QUIT\r\n");
  EXPECT_FALSE(script.session.wants_letter());
  script.say("221 bye\r\n");
  EXPECT_EQ(script.session.need(), Need::closed);
  EXPECT_FALSE(script.session.failure());
}

TEST_P(ClientHandshake, DriversFailureKeepsItsPhaseOnlyWhereNothingHadBegun) {
  auto early = start();
  early.session.fail(codes::local_failure(Category::connect_failed, Phase::connect, "refused"));
  EXPECT_EQ(early.session.failure()->phase, Phase::connect);
  auto late = start();
  late.say("220 mx\r\n");
  late.written();
  late.session.fail(codes::local_failure(Category::connection_lost, Phase::connect, "reset"));
  EXPECT_EQ(late.session.failure()->phase, Phase::ehlo);
  EXPECT_EQ(late.session.need(), Need::closed);
}

}  // namespace
}  // namespace gatepost::smtp
