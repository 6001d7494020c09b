#include <functional>

#include "client_script.hpp"
#include "gatepost/core/base64.hpp"
#include "gatepost/smtp/sasl/server.hpp"

namespace gatepost::smtp {
namespace {

using codes::Category;
using codes::Phase;

class ClientAuth : public ClientTest {
 protected:
  static ClientOptions login() {
    auto options = plain_options();
    options.identity.login = "ivan";
    options.identity.password = "secret-word";
    options.allow_cleartext_auth = true;
    return options;
  }
  static ClientOptions token(std::string value = "tok-en.123") {
    auto options = plain_options();
    options.identity.login = "ivan@b.ru";
    options.identity.access_token = std::move(value);
    options.identity.host = "mx.example";
    options.identity.port = 587;
    options.allow_cleartext_auth = true;
    return options;
  }
  /// TLS first of all, `options` otherwise as they are.
  ClientScript encrypted(ClientOptions options, TlsFacts facts = {"TLSv1.3", "AES"}) {
    options.security = Security::implicit_tls;
    auto script = start(std::move(options));
    script.session.tls_established(std::move(facts));
    return script;
  }
  static void expect_ended(ClientScript& script, Category category) {
    EXPECT_EQ(script.session.need(), Need::closed);
    ASSERT_TRUE(script.session.failure());
    EXPECT_EQ(script.session.failure()->category, category) << script.session.failure()->message;
    EXPECT_EQ(script.session.failure()->phase, Phase::auth);
    EXPECT_EQ(script.session.phase(), Phase::auth);
    EXPECT_FALSE(script.session.ready() || script.session.authenticated());
  }
  static std::string challenge(std::string_view raw) { return "334 " + base64_encode(raw) + "\r\n"; }
};
INSTANTIATE_TEST_SUITE_P(, ClientAuth, testing::Bool(), portions);

TEST_P(ClientAuth, StrongestMechanismOfferedIsTakenAndTheServerProvesItself) {
  auto script = start(login());
  script.greet({"AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256"});
  SaslServerContext context;
  context.password_of = [](std::string_view) { return std::optional<std::string>("secret-word"); };
  const auto server = make_sasl_server("SCRAM-SHA-256", context);
  auto line = script.written();
  const std::string_view verb = "AUTH SCRAM-SHA-256 ";
  ASSERT_TRUE(line.starts_with(verb)) << line;
  auto step = server->step(*base64_decode(line.substr(verb.size(), line.size() - verb.size() - 2)));
  while (step.state == SaslServer::State::challenge) {
    script.say(challenge(step.challenge));
    line = script.written();
    step = server->step(*base64_decode(line.substr(0, line.size() - 2)));
  }
  EXPECT_EQ(step.attempt.proof, true);
  script.say("235 2.7.0 welcome\r\n");
  EXPECT_TRUE(script.session.authenticated() && script.session.ready());
  EXPECT_EQ(script.session.facts().auth_mechanism, "SCRAM-SHA-256");
}

TEST_P(ClientAuth, ServerThatSaysYesBeforeItsProofIsAnImpostor) {
  auto script = start(login());
  script.greet({"AUTH SCRAM-SHA-256 PLAIN"});
  script.written();
  script.say("235 2.7.0 sure\r\n");
  script.expect("QUIT\r\n");
  expect_ended(script, Category::protocol_error);
}

TEST_P(ClientAuth, ServerThatBreaksTheMechanismIsCancelledAndLeft) {
  auto script = start(login());
  script.greet({"AUTH SCRAM-SHA-256 PLAIN"});
  script.written();
  script.say(challenge("r=somebody-elses-nonce,s=c2FsdA==,i=4096"));
  script.expect("*\r\nQUIT\r\n");
  expect_ended(script, Category::protocol_error);
  EXPECT_NE(script.session.failure()->message.find("SCRAM-SHA-256"), std::string::npos);
}

TEST_P(ClientAuth, CramMd5AnswersTheChallenge) {
  auto script = start(login());
  script.greet({"AUTH CRAM-MD5 PLAIN"});
  script.expect("AUTH CRAM-MD5\r\n");
  script.say(challenge("<1896.697170952@postoffice.example.net>"));
  const auto answer = *base64_decode(script.written().substr(0, 52));
  EXPECT_TRUE(answer.starts_with("ivan ")) << answer;
  script.say("235 ok\r\n");
  EXPECT_EQ(script.session.facts().auth_mechanism, "CRAM-MD5");
}

TEST_P(ClientAuth, ChallengeThatIsNoBase64DoesNotMatterToLogin) {
  auto script = start(login());
  script.greet({"AUTH LOGIN"});
  script.written();
  script.say("334 Your name, please\r\n");
  script.expect("aXZhbg==\r\n");
  script.say("334\r\n");
  script.expect("c2VjcmV0LXdvcmQ=\r\n");
  script.say("235 ok\r\n");
  EXPECT_TRUE(script.session.authenticated());
}

TEST_P(ClientAuth, EmptyResponseIsAnEmptyLineAndRefusedTokenIsExplained) {
  auto script = start(token());
  script.greet({"AUTH XOAUTH2 PLAIN"});
  EXPECT_TRUE(script.written().starts_with("AUTH XOAUTH2 "));
  script.say(challenge(R"({"status":"401","scope":"https://mail.example/"})"));
  script.expect("\r\n");
  script.say("535 5.7.8 bad token\r\n");
  script.expect("QUIT\r\n");
  expect_ended(script, Category::auth_failed);
  EXPECT_EQ(script.session.failure()->code, 535);
  EXPECT_NE(script.session.failure()->message.find(R"("status":"401")"), std::string::npos);
}

TEST_P(ClientAuth, OauthbearerIsPreferredAndItsRefusalAcknowledged) {
  auto script = start(token());
  script.greet({"AUTH XOAUTH2 OAUTHBEARER"});
  EXPECT_TRUE(script.written().starts_with("AUTH OAUTHBEARER "));
  script.say(challenge(R"({"status":"invalid_token"})"));
  script.expect("AQ==\r\n");
  script.say("235 2.7.0 never mind\r\n");
  expect_ended(script, Category::protocol_error);
}

TEST_P(ClientAuth, LongTokenWaitsForTheServersQuestion) {
  const std::string long_token(600, 't');
  auto script = start(token(long_token));
  script.greet({"AUTH XOAUTH2"});
  script.expect("AUTH XOAUTH2\r\n");
  script.say("334 \r\n");
  script.expect(base64_encode("user=ivan@b.ru\x01"
                              "auth=Bearer " +
                              long_token + "\x01\x01") +
                "\r\n");
  script.say("235 ok\r\n");
  EXPECT_TRUE(script.session.authenticated());
}

TEST_P(ClientAuth, InitialResponseGoesWithTheCommandUpTo512Octets) {
  // "AUTH PLAIN " and CRLF leave 499 octets: 372 bytes in base64 are 496.
  for (const std::size_t password : {366u, 367u}) {
    auto options = login();
    options.identity.password = std::string(password, 'p');
    auto script = start(options);
    script.greet({"AUTH PLAIN"});
    const auto line = script.written();
    EXPECT_LE(line.size(), 512u);
    EXPECT_EQ(line == "AUTH PLAIN\r\n", password == 367) << line.size();
  }
}

TEST_P(ClientAuth, ResponseBeyondWhatRfc4954AllowsIsNotSent) {
  auto script = start(token(std::string(10'000, 't')));
  script.greet({"AUTH XOAUTH2"});
  script.written();
  script.say("334 \r\n");
  script.expect("*\r\nQUIT\r\n");
  expect_ended(script, Category::protocol_error);
}

TEST_P(ClientAuth, RefusalsOfTheMechanismLeadToTheNextOne) {
  for (const std::string refusal : {"504 5.5.4 no\r\n", "534 5.7.9 weak\r\n", "538 5.7.11 encrypt\r\n",
                                    "500 5.5.6 too long\r\n", "501 5.5.4 no initial response\r\n"}) {
    auto script = start(login());
    script.greet({"AUTH PLAIN LOGIN"});
    script.written();
    script.say(refusal);
    script.expect("AUTH LOGIN\r\n");
    script.say("334 \r\n");
    script.written();
    script.say("334 \r\n");
    script.written();
    script.say("235 ok\r\n");
    EXPECT_EQ(script.session.facts().auth_mechanism, "LOGIN");
  }
}

TEST_P(ClientAuth, RefusedPasswordIsNeverTriedAgain) {
  for (const std::string refusal :
       {"535 5.7.8 no\r\n", "454 4.7.0 later\r\n", "432 4.7.12 transition\r\n", "530 5.7.0 no\r\n", "550 5.7.1 no\r\n",
        "503 5.5.1 no\r\n", "525 5.7.13 disabled\r\n"}) {
    auto script = start(login());
    script.greet({"AUTH CRAM-MD5 PLAIN LOGIN"});
    script.written();
    script.say(challenge("<x@y>"));
    script.written();
    script.say(refusal);
    script.expect("QUIT\r\n");
    EXPECT_EQ(script.session.need(), Need::closed);
    EXPECT_EQ(script.session.failure()->code, std::stoi(refusal.substr(0, 3)));
  }
}

TEST_P(ClientAuth, RefusalBeforeASecretWasSentLeadsToTheNextMechanismWhateverTheCode) {
  for (const std::string refusal :
       {"501 5.5.4 no", "503 5.5.1 no", "502 5.5.1 no", "504 5.5.4 no", "534 5.7.9 no", "535 5.7.8 no", "538 5.7.11 no",
        "550 5.7.1 no", "454 4.7.0 later", "432 4.7.12 transition", "530 5.7.0 no", "500 what", "555 no"}) {
    auto script = start(login());
    script.greet({"AUTH SCRAM-SHA-256 CRAM-MD5 LOGIN PLAIN"});
    EXPECT_TRUE(script.written().starts_with("AUTH SCRAM-SHA-256 ")) << refusal;
    script.say(refusal + "\r\n");
    script.expect("AUTH CRAM-MD5\r\n");
    script.say(refusal + "\r\n");
    script.expect("AUTH PLAIN AGl2YW4Ac2VjcmV0LXdvcmQ=\r\n");
    script.say("535 5.7.8 wrong\r\n");
    script.expect("QUIT\r\n");
    const auto& why = *script.session.failure();
    EXPECT_EQ(why.category, Category::auth_failed);
    const auto code = refusal.substr(0, 3);
    EXPECT_NE(why.message.find("refused AUTH SCRAM-SHA-256 (" + code + "), AUTH CRAM-MD5 (" + code + ")"),
              std::string::npos)
        << why.message;
  }
}

TEST_P(ClientAuth, RefusalOfTheNameInLoginComesBeforeThePassword) {
  auto options = login();
  options.mechanisms = {"LOGIN", "EXTERNAL"};
  auto script = start(options);
  script.greet({"AUTH LOGIN"});
  script.written();
  script.say("334 VXNlcm5hbWU6\r\n");
  script.written();
  script.say("535 5.7.8 who?\r\n");
  script.expect("QUIT\r\n");  // there is no other
}

TEST_P(ClientAuth, RefusedCertificateSaysNothingOfThePasswordWhateverTheCode) {
  for (const std::string refusal : {"454 4.7.0 later", "503 5.5.1 no", "550 5.7.1 no"}) {
    auto options = login();
    options.client_certificate = true;
    auto script = encrypted(options);
    script.greet({"AUTH EXTERNAL PLAIN"});
    script.expect("AUTH EXTERNAL =\r\n");
    script.say(refusal + "\r\n");
    script.expect("AUTH PLAIN AGl2YW4Ac2VjcmV0LXdvcmQ=\r\n");
  }
}

TEST_P(ClientAuth, PasswordThatWasSentIsSentOnceOnlyUnlessTheMechanismIsRefused) {
  for (const std::string refusal : {"503 5.5.1 no", "454 4.7.0 later", "550 no", "432 4.7.12 transition"}) {
    auto script = start(login());
    script.greet({"AUTH PLAIN LOGIN"});
    script.written();
    script.say(refusal + "\r\n");
    script.expect("QUIT\r\n");
  }
}

TEST_P(ClientAuth, LongPasswordNotYetSentWithAuthIsNoSecretSent) {
  auto options = login();
  options.identity.password = std::string(400, 'p');
  auto script = start(options);
  script.greet({"AUTH PLAIN LOGIN"});
  script.expect("AUTH PLAIN\r\n");
  script.say("535 5.7.8 no\r\n");
  script.expect("AUTH LOGIN\r\n");
}

TEST_P(ClientAuth, ServerThatOffersOnlyMechanismsOfWindowsDomainsIsToldThatTheyAreNotSpoken) {
  for (const std::string offered : {"NTLM", "GSSAPI", "NTLM GSSAPI GSS-SPNEGO"}) {
    auto script = start(login());
    script.greet({"AUTH " + offered});
    script.expect("QUIT\r\n");
    expect_ended(script, Category::auth_policy);
    EXPECT_NE(script.session.failure()->message.find("gatepost does not speak " + offered.substr(0, 4)),
              std::string::npos);
    EXPECT_NE(script.session.failure()->message.find("ask the server's operator for"), std::string::npos);
  }
}

TEST_P(ClientAuth, SyntaxErrorBehindAChallengeIsFinal) {
  auto script = start(login());
  script.greet({"AUTH CRAM-MD5 PLAIN"});
  script.written();
  script.say(challenge("<x@y>"));
  script.written();
  script.say("501 5.5.2 what\r\n");
  script.expect("QUIT\r\n");
}

TEST_P(ClientAuth, ExternalIsUsedWithACertificateAndItsRefusalSaysNothingOfThePassword) {
  auto options = plain_options();
  options.client_certificate = true;
  auto script = encrypted(options);
  script.greet({"AUTH EXTERNAL PLAIN"});
  script.expect("AUTH EXTERNAL =\r\n");
  script.say("235 ok\r\n");
  EXPECT_EQ(script.session.facts().auth_mechanism, "EXTERNAL");

  options = login();
  options.client_certificate = true;
  auto both = encrypted(options);
  both.greet({"AUTH EXTERNAL PLAIN"});
  both.expect("AUTH EXTERNAL =\r\n");
  both.say("535 5.7.8 unknown certificate\r\n");
  both.expect("AUTH PLAIN AGl2YW4Ac2VjcmV0LXdvcmQ=\r\n");
}

TEST_P(ClientAuth, CertificateAloneNeedsNoExternalUnlessAskedForByName) {
  auto options = plain_options();
  options.client_certificate = true;
  auto script = encrypted(options);
  script.greet({"AUTH PLAIN"});
  EXPECT_TRUE(script.session.ready());
  EXPECT_FALSE(script.session.authenticated());

  options.mechanisms = {"EXTERNAL"};
  auto strict = encrypted(options);
  strict.greet({"AUTH PLAIN"});
  expect_ended(strict, Category::auth_policy);
}

TEST_P(ClientAuth, OnlyAllowedMechanismsAreUsed) {
  auto options = login();
  options.mechanisms = {"LOGIN"};
  auto script = start(options);
  script.greet({"AUTH SCRAM-SHA-256 PLAIN LOGIN"});
  script.expect("AUTH LOGIN\r\n");
  options.mechanisms = {"SCRAM-SHA-512"};
  auto none = start(options);
  none.greet({"AUTH PLAIN LOGIN"});
  none.expect("QUIT\r\n");
  expect_ended(none, Category::auth_policy);
}

TEST_P(ClientAuth, MechanismThatHidesThePasswordNeedsNoTls) {
  auto options = login();
  options.allow_cleartext_auth = false;
  auto script = start(options);
  script.greet({"AUTH PLAIN CRAM-MD5"});
  script.expect("AUTH CRAM-MD5\r\n");
}

TEST_P(ClientAuth, ChannelBindingOfTheConnectionIsUsed) {
  TlsFacts facts{"TLSv1.3", "AES"};
  facts.bindings.tls_exporter = std::string(32, 'e');
  auto script = encrypted(login(), facts);
  script.greet({"AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256"});
  const auto line = script.written();
  EXPECT_TRUE(line.starts_with("AUTH SCRAM-SHA-256-PLUS ")) << line;
}

TEST_P(ClientAuth, MechanismsLearntBeforeTlsDoNotCount) {
  auto options = login();
  options.security = Security::starttls;
  auto script = start(options);
  script.greet({"STARTTLS", "AUTH PLAIN"});
  script.written();
  script.say("220 go\r\n");
  script.session.tls_established({"TLSv1.3", "AES"});
  script.written();
  script.say(ClientScript::ehlo_reply({}));
  script.expect("QUIT\r\n");
  expect_ended(script, Category::auth_policy);
}

TEST_P(ClientAuth, ControlCharactersInTheIdentityAreRefusedBeforeAnythingIsSent) {
  const std::string bad[] = {std::string("a\0b", 3), "a\r\nRSET",
                             "a\x01"
                             "auth=Bearer x"};
  for (const auto& text : bad) {
    auto by_login = login();
    by_login.identity.login = text;
    auto by_password = login();
    by_password.identity.password = text;
    for (const auto& options : {by_login, by_password, token(text)}) {
      auto script = start(options);
      script.greet({"AUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER"});
      script.expect("QUIT\r\n");
      expect_ended(script, Category::auth_failed);
      EXPECT_EQ(script.session.failure()->message.find(text), std::string::npos);
    }
  }
}

TEST_P(ClientAuth, EndlessChallengesAreCancelled) {
  for (const std::string mechanism : {"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256"}) {
    auto script = start(login());
    script.greet({"AUTH " + mechanism});
    for (int i = 0; i < 10 && script.session.need() != Need::closed; ++i) {
      script.written();
      script.say("334 eA==\r\n");
    }
    expect_ended(script, Category::protocol_error);
    EXPECT_TRUE(script.written().ends_with("*\r\nQUIT\r\n"));
  }
}

TEST_P(ClientAuth, SecretsAreInNoTranscriptAndNoFailureWhateverTheMechanism) {
  for (const std::string mechanism : {"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER"}) {
    const bool oauth = mechanism.find("OAUTH") == 0 || mechanism == "XOAUTH2";
    const std::string secret = oauth ? "tok-en.123" : "secret-word";
    auto script = start(oauth ? token() : login());
    script.greet({"AUTH " + mechanism});
    std::string sent = script.written();
    for (const auto& line : {challenge("you said " + secret), challenge(secret), "334 " + secret + "\r\n"}) {
      if (script.session.need() == Need::closed) break;
      script.say(line);
      sent += script.written();
    }
    if (script.session.need() != Need::closed)
      script.say("535-5.7.8 not " + secret + "\r\n535 5.7.8 " + sent.substr(0, 60) + "\r\n");
    ASSERT_TRUE(script.session.failure()) << mechanism;
    const auto& why = *script.session.failure();
    for (const auto& text : {script.session.transcript(), why.message, why.server_text, why.evidence}) {
      EXPECT_EQ(text.find(secret), std::string::npos) << mechanism << ": " << text;
      EXPECT_EQ(text.find(base64_encode(secret)), std::string::npos) << mechanism << ": " << text;
    }
  }
}

}  // namespace
}  // namespace gatepost::smtp
