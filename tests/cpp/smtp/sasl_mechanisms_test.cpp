#include <gtest/gtest.h>

#include "gatepost/core/base64.hpp"
#include "gatepost/smtp/sasl/simple_servers.hpp"
#include "sasl_exchange.hpp"

namespace gatepost::smtp {
namespace {

using State = SaslServer::State;

std::string bytes(std::string_view text) { return std::string(text); }

TEST(PlainClient, SpeaksTheExamplesOfRfc4616) {
  EXPECT_EQ(make_sasl_client("PLAIN", {"tim", "tanstaaftanstaaf", {}, {}, {}, 0}, {}, {})->initial_response(),
            std::string("\0tim\0tanstaaftanstaaf", 21));
  EXPECT_EQ(make_sasl_client("PLAIN", {"Kurt", "xipj3plmq", {}, "Ursel", {}, 0}, {}, {})->initial_response(),
            std::string("Ursel\0Kurt\0xipj3plmq", 20));
}

TEST(PlainClient, AnswersOneQuestionWhateverItSays) {
  for (const auto question : {std::optional<std::string_view>(""), std::optional<std::string_view>("go on"),
                              std::optional<std::string_view>()}) {
    const auto client = make_sasl_client("PLAIN", ivan, {}, {});
    EXPECT_EQ(*client->respond(question), *client->initial_response());
    EXPECT_EQ(client->respond("").error(), "PLAIN: the server asks for more than the mechanism has");
  }
}

TEST(LoginClient, GivesLoginThenPasswordWhateverTheServerSays) {
  const auto client = make_sasl_client("LOGIN", ivan, {}, {});
  EXPECT_EQ(client->initial_response(), std::nullopt);
  EXPECT_EQ(*client->respond("Benutzer?"), "ivan");
  EXPECT_EQ(*client->respond(std::nullopt), "secret-word");
  EXPECT_EQ(client->respond("Password:").error(), "LOGIN: the server asks for more than the mechanism has");
}

TEST(CramMd5Client, SpeaksTheExampleOfRfc2195) {
  const auto client = make_sasl_client("CRAM-MD5", {"tim", "tanstaaftanstaaf", {}, {}, {}, 0}, {}, {});
  EXPECT_EQ(client->initial_response(), std::nullopt);
  EXPECT_EQ(*client->respond("<1896.697170952@postoffice.reston.mci.net>"), "tim b913a602c7eda7a495b4e6e7334d3890");
  EXPECT_EQ(client->respond("<again@mci.net>").error(), "CRAM-MD5: the server asks for more than the mechanism has");
}

TEST(CramMd5Client, WithoutAChallengeThereIsNoAnswer) {
  for (const auto challenge : {std::optional<std::string_view>(""), std::optional<std::string_view>()}) {
    EXPECT_FALSE(make_sasl_client("CRAM-MD5", ivan, {}, {})->respond(challenge));
  }
}

TEST(ExternalClient, NamesNobodyUnlessToldTo) {
  EXPECT_EQ(make_sasl_client("EXTERNAL", {}, {}, {})->initial_response(), "");
  SaslIdentity identity;
  identity.authzid = "boss";
  const auto client = make_sasl_client("EXTERNAL", identity, {}, {});
  EXPECT_EQ(client->initial_response(), "boss");
  EXPECT_EQ(*client->respond(""), "boss");
  EXPECT_FALSE(client->respond(""));
}

TEST(OauthbearerClient, SpeaksTheExampleOfRfc7628) {
  const SaslIdentity identity{"user@example.com",   {}, "vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==", {},
                              "server.example.com", 587};
  const auto client = make_sasl_client("OAUTHBEARER", identity, {}, {});
  EXPECT_EQ(base64_encode(*client->initial_response()),
            "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9NTg3AWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRj"
            "Mk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2c9PQEB");
}

TEST(OauthbearerClient, LeavesOutWhatIsNotKnown) {
  const auto client = make_sasl_client("OAUTHBEARER", {{}, {}, "t", {}, {}, 0}, {}, {});
  EXPECT_EQ(client->initial_response(), bytes("n,,\x01") + "auth=Bearer t\x01\x01");
  const auto other = make_sasl_client("OAUTHBEARER", {"me", {}, "t", "boss,inc", {}, 0}, {}, {});
  EXPECT_TRUE(other->initial_response()->starts_with("n,a=boss=2Cinc,"));
}

TEST(Xoauth2Client, SpeaksTheExampleOfItsSpecification) {
  const SaslIdentity identity{"someuser@example.com", {}, "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg", {}, {}, 0};
  EXPECT_EQ(base64_encode(*make_sasl_client("XOAUTH2", identity, {}, {})->initial_response()),
            "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZ"
            "Mjl0Q2cBAQ==");
}

TEST(OauthClient, ServersReasonIsKeptWithoutTokenAndControlsAndBounded) {
  for (const std::string mechanism : {"XOAUTH2", "OAUTHBEARER"}) {
    const auto client = make_sasl_client(mechanism, {"me", {}, "ya29.secret", {}, {}, 0}, {}, {});
    static_cast<void>(client->initial_response());
    ASSERT_TRUE(client->respond("{\"status\":\"401\",\r\n\"token\":\"ya29.secret\"}" + std::string(5000, 'x')));
    EXPECT_TRUE(client->error_details().starts_with("{\"status\":\"401\",  \"token\":\"****\"}x"))
        << client->error_details();
    EXPECT_EQ(client->error_details().size(), 1000u);
    EXPECT_FALSE(client->respond("{}")) << "a refusal is told once";
  }
}

TEST(OauthClient, ReasonThatIsNotUtf8IsMadeSo) {
  const auto client = make_sasl_client("XOAUTH2", {"me", {}, "t-t-t", {}, {}, 0}, {}, {});
  ASSERT_TRUE(client->respond("no: \xff\xd0\xb6"));
  EXPECT_EQ(client->error_details(), "no: ???");
}

TEST(OauthClient, TokenWithAControlInPlaceOfItsSpaceIsMaskedInTheReason) {
  const auto client = make_sasl_client("XOAUTH2", {"me", {}, "correct horse", {}, {}, 0}, {}, {});
  ASSERT_TRUE(client->respond(std::string_view("{\"token\":\"correct\0horse\"}", 25)));
  EXPECT_EQ(client->error_details(), "{\"token\":\"****\"}");
}

AuthAttempt attempt_by(std::string_view mechanism, std::string_view message) {
  const auto step = make_sasl_server(mechanism, server_context())->step(message);
  EXPECT_EQ(step.state, State::attempt) << mechanism;
  return step.attempt;
}

TEST(PlainServer, ReadsAuthzidLoginAndPassword) {
  const auto attempt = attempt_by("PLAIN", std::string_view("Ursel\0Kurt\0xipj3plmq", 20));
  EXPECT_EQ(attempt.authzid, "Ursel");
  EXPECT_EQ(attempt.login, "Kurt");
  EXPECT_EQ(attempt.password, "xipj3plmq");
  EXPECT_EQ(attempt_by("PLAIN", std::string_view("\0a\0tab\tin it", 12)).password, "tab\tin it");
}

TEST(PlainServer, MessageThatIsNoneIsMalformed) {
  for (const auto message :
       {std::string_view(""), std::string_view("tim"), std::string_view("\0tim", 4), std::string_view("\0\0pw", 4),
        std::string_view("\0tim\0pw\0x", 9), std::string_view("\0tim\0pw\0", 8), std::string_view("\0t\nm\0pw", 7),
        std::string_view("a\r\0tim\0pw", 9), std::string_view("\0tim\0\xff", 6), std::string_view("\0\xff\0pw", 5)}) {
    EXPECT_EQ(make_sasl_server("PLAIN", server_context())->step(message).state, State::malformed);
  }
}

TEST(PlainServer, AsksOnce) {
  const auto server = make_sasl_server("PLAIN", server_context());
  EXPECT_EQ(server->step(std::nullopt).state, State::challenge);
  EXPECT_EQ(server->step(std::nullopt).state, State::malformed);
}

TEST(LoginServer, AsksForLoginAndPassword) {
  const auto server = make_sasl_server("LOGIN", server_context());
  EXPECT_EQ(server->step(std::nullopt).challenge, "Username:");
  EXPECT_EQ(server->step("ivan").challenge, "Password:");
  const auto end = server->step("");
  EXPECT_EQ(end.attempt.login, "ivan");
  EXPECT_EQ(end.attempt.password, "");
}

TEST(LoginServer, TakesTheLoginAsInitialResponse) {
  const auto server = make_sasl_server("LOGIN", server_context());
  EXPECT_EQ(server->step("ivan").challenge, "Password:");
  EXPECT_EQ(server->step("pw").state, State::attempt);
}

TEST(LoginServer, LoginOrPasswordThatIsNoTextIsMalformed) {
  for (const auto login :
       {std::string_view(""), std::string_view("a\0b", 3), std::string_view("a\r\n"), std::string_view("\xff")}) {
    EXPECT_EQ(make_sasl_server("LOGIN", server_context())->step(login).state, State::malformed);
  }
  for (const auto password : {std::string_view("a\0b", 3), std::string_view("\xff")}) {
    const auto server = make_sasl_server("LOGIN", server_context());
    static_cast<void>(server->step("ivan"));
    EXPECT_EQ(server->step(password).state, State::malformed);
  }
}

SaslServer::Step cram_answer(std::string_view answer) {
  auto context = server_context();
  context.password_of = [](std::string_view login) {
    return login == "tim" || login == "tim tom" ? std::optional<std::string>("tanstaaftanstaaf") : std::nullopt;
  };
  const auto server = make_cram_md5_server(context, "<1896.697170952@postoffice.reston.mci.net>");
  EXPECT_EQ(server->step(std::nullopt).challenge, "<1896.697170952@postoffice.reston.mci.net>");
  return server->step(answer);
}

TEST(CramMd5Server, SpeaksTheExampleOfRfc2195) {
  const auto step = cram_answer("tim b913a602c7eda7a495b4e6e7334d3890");
  EXPECT_EQ(step.attempt.login, "tim");
  EXPECT_EQ(step.attempt.proof, true);
  EXPECT_EQ(cram_answer("tim tom b913a602c7eda7a495b4e6e7334d3890").attempt.login, "tim tom");
}

TEST(CramMd5Server, WrongDigestAndUnknownLoginAreWrongProofs) {
  EXPECT_EQ(cram_answer("tim b913a602c7eda7a495b4e6e7334d3891").attempt.proof, false);
  EXPECT_EQ(cram_answer("tom b913a602c7eda7a495b4e6e7334d3890").attempt.proof, false);
}

TEST(CramMd5Server, AnswerThatIsNoneIsMalformed) {
  for (const std::string_view answer :
       {"", "tim", "tim ", " b913a602c7eda7a495b4e6e7334d3890", "tim b913a602c7eda7a495b4e6e7334d389",
        "tim b913a602c7eda7a495b4e6e7334d38900", "tim b913a602c7eda7a495b4e6e7334d389g",
        "b913a602c7eda7a495b4e6e7334d3890", "ti\nm b913a602c7eda7a495b4e6e7334d3890",
        "\xff b913a602c7eda7a495b4e6e7334d3890"}) {
    EXPECT_EQ(cram_answer(answer).state, State::malformed) << answer;
  }
}

TEST(CramMd5Server, ChallengeIsNewEachTimeAndNamesTheHost) {
  const auto one = make_sasl_server("CRAM-MD5", server_context())->step(std::nullopt).challenge;
  EXPECT_TRUE(one.starts_with("<") && one.ends_with("@mx.example.com>")) << one;
  EXPECT_NE(one, make_sasl_server("CRAM-MD5", server_context())->step(std::nullopt).challenge);
}

TEST(CramMd5Server, InitialResponseIsMalformed) {
  EXPECT_EQ(make_sasl_server("CRAM-MD5", server_context())->step("tim abc").state, State::malformed);
}

TEST(OauthbearerServer, ReadsWhoAndTokenAndIgnoresTheRest) {
  const auto full = attempt_by("OAUTHBEARER", bytes("n,a=me=2Cx,\x01") + "host=h\x01port=1\x01" + "x=\xd0\xb6\x01" +
                                                  "auth=bearer t.o-k==\x01\x01");
  EXPECT_EQ(full.login, "me,x");
  EXPECT_EQ(full.token, "t.o-k==");
  EXPECT_EQ(attempt_by("OAUTHBEARER", bytes("y,,\x01") + "auth=Bearer t\x01\x01").login, "");
}

TEST(OauthbearerServer, MessageThatIsNoneIsMalformed) {
  for (const auto& message :
       {bytes(""), bytes("n,,"), bytes("n,,\x01"), bytes("n,,\x01\x01"), bytes("n,,\x01\x01\x01"),
        bytes("n,,\x01") + "auth=Bearer t", bytes("n,,\x01") + "auth=Bearer t\x01",
        bytes("n,,\x01") + "auth=Bearer t\x01\x01\x01", bytes("n,,\x01") + "auth=Bearer t\x01\x01x",
        bytes("n,,\x01") + "auth=Bearer \x01\x01", bytes("n,,\x01") + "auth=\x01\x01",
        bytes("n,,\x01") + "auth=Basic t\x01\x01", bytes("n,,\x01") + "auth=Bearer a b\x01\x01",
        bytes("n,,\x01") + "auth=Bearer t\x01" + "auth=Bearer u\x01\x01", bytes("n,,\x01") + "host=h\x01\x01",
        bytes("n,,\x01") + "host=h\r\n\x01" + "auth=Bearer t\x01\x01",
        bytes("n,a=m\r\ne,\x01") + "auth=Bearer t\x01\x01", bytes("p=tls-exporter,,\x01") + "auth=Bearer t\x01\x01",
        bytes("n,,auth=Bearer t\x01\x01")}) {
    EXPECT_EQ(make_sasl_server("OAUTHBEARER", server_context())->step(message).state, State::malformed) << message;
  }
}

TEST(Xoauth2Server, MessageThatIsNoneIsMalformed) {
  for (const auto& message :
       {bytes(""), bytes("user=me"), bytes("user=me\x01"), bytes("user=\x01") + "auth=Bearer t\x01\x01",
        bytes("me\x01") + "auth=Bearer t\x01\x01", bytes("user=me\x01") + "auth=Bearer t\x01",
        bytes("user=me\x01") + "auth=Bearer t\x01\x01\x01", bytes("user=me\x01") + "auth=Bearer \x01\x01",
        bytes("user=m\ne\x01") + "auth=Bearer t\x01\x01", bytes("user=me\x01") + "auth=Bearer t\nt\x01\x01",
        bytes("user=me\x01") + "Bearer t\x01\x01"}) {
    EXPECT_EQ(make_sasl_server("XOAUTH2", server_context())->step(message).state, State::malformed) << message;
  }
}

TEST(SaslServer, UnknownMechanismsHaveNone) {
  for (const std::string_view name :
       {"", "plain", "EXTERNAL", "GSSAPI", "SCRAM", "SCRAM-SHA-384", "SCRAM-SHA-256-PLU"}) {
    EXPECT_EQ(make_sasl_server(name, server_context()), nullptr) << name;
  }
}

TEST(SaslServer, EveryMechanismEitherShowsTheSecretOrNeedsIt) {
  for (const std::string_view name : {"PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER"}) {
    EXPECT_TRUE(shows_secret(name) && !needs_stored_password(name)) << name;
  }
  for (const std::string_view name : {"CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-512"}) {
    EXPECT_TRUE(!shows_secret(name) && needs_stored_password(name)) << name;
  }
  EXPECT_FALSE(shows_secret("EXTERNAL") || needs_stored_password("EXTERNAL"));
}

}  // namespace
}  // namespace gatepost::smtp
