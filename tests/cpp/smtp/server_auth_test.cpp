#include "gatepost/core/base64.hpp"
#include "gatepost/smtp/sasl/client.hpp"
#include "server_script.hpp"

namespace gatepost::smtp {
namespace {

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

TEST_P(ServerAuth, MechanismsAreAnnouncedWhereTheyCanBeServed) {
  const auto auth_line = [](ServerScript script) {
    for (const auto& line : announced(script.say("EHLO x\r\n"))) {
      if (line.starts_with("AUTH")) return line;
    }
    return std::string();
  };
  TlsFacts bound{"TLSv1.3", "x"};
  bound.bindings.tls_exporter = std::string(32, 'e');
  handler.knows_passwords = true;
  EXPECT_EQ(auth_line(greeted()), "AUTH SCRAM-SHA-256 CRAM-MD5 PLAIN LOGIN XOAUTH2 OAUTHBEARER");
  EXPECT_EQ(auth_line(secured(named(), bound)),
            "AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256 CRAM-MD5 PLAIN LOGIN XOAUTH2 OAUTHBEARER");
  EXPECT_EQ(auth_line(secured()), "AUTH SCRAM-SHA-256 CRAM-MD5 PLAIN LOGIN XOAUTH2 OAUTHBEARER")
      << "no -PLUS without anything to bind to";
  auto options = named();
  options.auth_without_tls = false;
  EXPECT_EQ(auth_line(greeted(options)), "AUTH SCRAM-SHA-256 CRAM-MD5");
  handler.knows_passwords = false;
  EXPECT_EQ(auth_line(greeted(options)), "");
  EXPECT_EQ(auth_line(secured(options)), "AUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER");
  options.mechanisms = {"XOAUTH2", "KERBEROS_V4", "PLAIN"};
  EXPECT_EQ(auth_line(secured(options)), "AUTH XOAUTH2 PLAIN");
}

/// Runs a client's mechanism through the session's lines; the last reply.
std::string log_in(ServerScript& script, SaslClient& client) {
  const auto initial = client.initial_response();
  auto line = "AUTH " + std::string(client.name());
  if (initial) line += " " + (initial->empty() ? "=" : base64_encode(*initial));
  auto reply = script.say(line + "\r\n");
  while (reply.starts_with("334 ")) {
    const auto challenge = base64_decode(std::string_view(reply).substr(4, reply.size() - 6));
    const auto answer = client.respond(*challenge);
    reply = script.say((answer ? base64_encode(*answer) : "*") + "\r\n");
  }
  return reply;
}

TEST_P(ServerAuth, EveryMechanismLetsTheRightOneInAndNobodyElse) {
  handler.knows_passwords = true;
  handler.token = "ya29.right";
  TlsFacts bound{"TLSv1.3", "x"};
  bound.bindings.tls_exporter = std::string(32, 'e');
  for (const std::string& name : named().mechanisms) {
    const bool oauth = name.find("OAUTH") != std::string::npos;
    SaslIdentity identity;
    identity.login = "ivan";
    (oauth ? identity.access_token : identity.password) = oauth ? "ya29.right" : "secret-word";
    auto script = secured(strict(), bound);
    EXPECT_EQ(log_in(script, *make_sasl_client(name, identity, bound.bindings, named().mechanisms)),
              "235 2.7.0 Authentication successful\r\n")
        << name;
    EXPECT_EQ(script.session.peer().mechanism, name);
    EXPECT_EQ(script.session.peer().user, "ivan");

    (oauth ? identity.access_token : identity.password) = "wrong";
    auto other = secured(strict(), bound);
    const auto reply = log_in(other, *make_sasl_client(name, identity, bound.bindings, named().mechanisms));
    EXPECT_TRUE(reply.starts_with("535 5.7.8 ")) << name << reply;
    EXPECT_EQ(other.session.peer().user, "");
    EXPECT_EQ(other.say("NOOP\r\n"), "250 2.0.0 Ok\r\n");
  }
}

TEST_P(ServerAuth, WrongProofIsRefusedEvenIfTheHandlerWouldAccept) {
  handler.knows_passwords = true;
  auto script = greeted();
  const auto reply = script.say("AUTH CRAM-MD5\r\n");
  EXPECT_TRUE(reply.starts_with("334 "));
  EXPECT_EQ(script.say("aXZhbiAwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMQ==\r\n"),
            "535 5.7.8 Authentication credentials invalid\r\n");
  EXPECT_EQ(handler.asked_for_auth.size(), 1u) << "the handler sees it";
}

TEST_P(ServerAuth, RefusedTokenIsExplainedInAChallengeFirst) {
  handler.token = "right";
  auto script = greeted();
  const auto challenge = script.say("AUTH XOAUTH2 dXNlcj1pdmFuAWF1dGg9QmVhcmVyIHdyb25nAQE=\r\n");
  ASSERT_TRUE(challenge.starts_with("334 ")) << challenge;
  EXPECT_NE(base64_decode(challenge.substr(4, challenge.size() - 6))->find("\"401\""), std::string::npos);
  EXPECT_EQ(script.say("\r\n"), "535 5.7.8 Incorrect login or password\r\n");
  EXPECT_TRUE(script.say("AUTH OAUTHBEARER bixhPWl2YW4sAWF1dGg9QmVhcmVyIHdyb25nAQE=\r\n").starts_with("334 "));
  EXPECT_EQ(script.say("*\r\n"), "535 5.7.8 Incorrect login or password\r\n");
}

TEST_P(ServerAuth, InitialResponseForAMechanismWhoseServerSpeaksFirstIsRefused) {
  handler.knows_passwords = true;
  auto script = greeted();
  EXPECT_TRUE(script.say("AUTH CRAM-MD5 aXZhbg==\r\n").starts_with("501 5.5.2"));
  EXPECT_TRUE(script.say("AUTH LOGIN =\r\n").starts_with("501 5.5.2")) << "an empty login";
}

TEST_P(ServerAuth, NotInsideALetterNorBeforeEhloNorUnderHelo) {
  auto script = start();
  script.replies();
  EXPECT_TRUE(script.say("AUTH PLAIN =\r\n").starts_with("503 5.5.1"));
  script.say("HELO x\r\n");
  EXPECT_TRUE(script.say("AUTH PLAIN =\r\n").starts_with("503 5.5.1"));
  script.hello();
  script.say("MAIL FROM:<a@b>\r\n");
  EXPECT_TRUE(script.say("AUTH PLAIN =\r\n").starts_with("503 5.5.1"));
}

TEST_P(ServerAuth, HandlersReplyAndDelayAreKept) {
  handler.auth = {Verdict::Action::accept, "235 2.7.0 Welcome", std::chrono::milliseconds(5)};
  auto script = greeted();
  EXPECT_EQ(script.say("AUTH PLAIN AGl2YW4Ac2VjcmV0LXdvcmQ=\r\n"), "");
  EXPECT_EQ(script.session.need(), ServerNeed::wait);
  script.session.resume();
  EXPECT_EQ(script.replies(), "235 2.7.0 Welcome\r\n");
  handler.auth = refuse("454 4.7.0 Later");
  auto refused = greeted();
  EXPECT_EQ(refused.say("AUTH PLAIN AGl2YW4Ac2VjcmV0LXdvcmQ=\r\n"), "454 4.7.0 Later\r\n");
  EXPECT_EQ(refused.session.peer().user, "");
}

TEST_P(ServerAuth, KnownAddressNeedsNoLogin) {
  auto options = named();
  options.require_auth = true;
  auto stranger = greeted(options);
  EXPECT_TRUE(stranger.say("MAIL FROM:<a@b>\r\n").starts_with("530 5.7.0"));
  ServerPeer known;
  known.address = "192.0.2.7";
  auto friendly = greeted(options, known);
  EXPECT_TRUE(friendly.say("MAIL FROM:<a@b>\r\n").starts_with("250"));
}

}  // namespace
}  // namespace gatepost::smtp
