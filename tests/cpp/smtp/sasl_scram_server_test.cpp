#include <gtest/gtest.h>

#include "gatepost/core/base64.hpp"
#include "gatepost/smtp/sasl/scram_server.hpp"
#include "sasl_exchange.hpp"

namespace gatepost::smtp {
namespace {

using State = SaslServer::State;

// RFC 7677 §3
constexpr std::string_view client_first = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
constexpr std::string_view client_final =
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

/// The server of the RFC's example.
ScramServer rfc_server(ChannelBindings bindings = {}, std::string_view mechanism = "SCRAM-SHA-256") {
  const SaslServerContext context{"mx.example.com", std::move(bindings), false, [](std::string_view login) {
                                    return login == "user" ? std::optional<std::string>("pencil") : std::nullopt;
                                  }};
  return ScramServer(
      *find_scram(mechanism), context,
      {"%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", "\x5b\x6d\x99\x68\x9d\x12\x35\x8e\xec\xa0\x4b\x14\x12\x36\xfa\x81", 4096});
}

TEST(ScramServer, SpeaksTheExampleOfRfc7677) {
  auto server = rfc_server();
  EXPECT_EQ(server.step(client_first).challenge,
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
  EXPECT_EQ(server.step(client_final).challenge, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  const auto end = server.step("");
  ASSERT_EQ(end.state, State::attempt);
  EXPECT_EQ(end.attempt.mechanism, "SCRAM-SHA-256");
  EXPECT_EQ(end.attempt.login, "user");
  EXPECT_EQ(end.attempt.proof, true);
  EXPECT_EQ(end.attempt.password, "");
  EXPECT_EQ(server.step("").state, State::malformed) << "it is over";
}

TEST(ScramServer, WithoutInitialResponseItAsksForOneOnce) {
  auto server = rfc_server();
  const auto asked = server.step(std::nullopt);
  EXPECT_EQ(asked.state, State::challenge);
  EXPECT_EQ(asked.challenge, "");
  EXPECT_EQ(server.step(client_first).state, State::challenge);
  auto again = rfc_server();
  static_cast<void>(again.step(std::nullopt));
  EXPECT_EQ(again.step(std::nullopt).state, State::malformed);
}

TEST(ScramServer, SuccessNeedsTheClientsEmptyAnswer) {
  for (const auto response : {std::optional<std::string_view>("x"), std::optional<std::string_view>()}) {
    auto server = rfc_server();
    static_cast<void>(server.step(client_first));
    ASSERT_EQ(server.step(client_final).state, State::challenge);
    EXPECT_EQ(server.step(response).state, State::malformed);
    EXPECT_EQ(server.step("").state, State::malformed);
  }
}

TEST(ScramServer, MalformedFirstMessageEndsTheExchange) {
  for (const std::string_view message : {"",
                                         ",",
                                         ",,",
                                         "n",
                                         "n,",
                                         "n,,",
                                         "n,,n=user",
                                         "n,,n=user,",
                                         "n,,n=user,r=",
                                         "n,,n=,r=abc",
                                         "n,,r=abc,n=user",
                                         "n,,m=x,n=user,r=abc",
                                         "n,n=user,r=abc",
                                         "x,,n=user,r=abc",
                                         "p,,n=user,r=abc",
                                         "p=tls-exporter,,n=user,r=abc",
                                         "n,user,n=user,r=abc",
                                         "n,a=,n=user,r=abc",
                                         "n,a=b=,n=user,r=abc",
                                         "n,a=b\r\n,n=user,r=abc",
                                         "n,a=\xff,n=user,r=abc",
                                         "n,,n=us=er,r=abc",
                                         "n,,n=us=2cer,r=abc",
                                         "n,,n=user,r=a b",
                                         "n,,n=user,r=a\tb",
                                         "n,,n=us\r\ner,r=abc",
                                         "n,,n=us\x7f,r=abc",
                                         "n,,n=\xff,r=abc",
                                         "n,,n=\xc2\xad,r=abc",
                                         "n,,n=user,r=abc,x=\r\n"}) {
    auto server = rfc_server();
    EXPECT_EQ(server.step(message).state, State::malformed) << message;
    EXPECT_EQ(server.step(client_first).state, State::malformed) << "no second try: " << message;
  }
}

TEST(ScramServer, TruncatedOrChangedFinalMessageIsNeverAProof) {
  for (std::size_t size = 0; size < client_final.size(); ++size) {
    auto server = rfc_server();
    static_cast<void>(server.step(client_first));
    const auto step = server.step(client_final.substr(0, size));
    EXPECT_NE(step.state, State::challenge) << size;
    EXPECT_NE(step.attempt.proof, true) << size;
  }
  for (std::size_t at = 0; at < client_final.size(); ++at) {
    auto server = rfc_server();
    static_cast<void>(server.step(client_first));
    std::string message(client_final);
    message[at] = static_cast<char>(message[at] ^ 1);
    EXPECT_NE(server.step(message).state, State::challenge) << at;
  }
}

TEST(ScramServer, ProofOfAnotherLengthIsMalformed) {
  for (const std::size_t size : {0u, 20u, 31u, 33u, 64u, 5000u}) {
    auto server = rfc_server();
    static_cast<void>(server.step(client_first));
    const auto proof = base64_encode(std::string(size, 'p'));
    EXPECT_EQ(server.step(std::string(client_final.substr(0, client_final.find(",p=") + 3)) + proof).state,
              State::malformed)
        << size;
  }
}

TEST(ScramServer, PlusIsForBoundClientsAndTheRestForTheOthers) {
  auto plus = rfc_server(tls13, "SCRAM-SHA-256-PLUS");
  EXPECT_EQ(plus.step("n,,n=user,r=abc").state, State::malformed);
  auto without = rfc_server(tls13);
  EXPECT_EQ(without.step("p=tls-exporter,,n=user,r=abc").state, State::malformed);
}

TEST(ScramServer, BindingThatIsNotThereIsRefused) {
  for (const std::string_view name : {"tls-unique", "tls-nothing", ""}) {
    auto server = rfc_server(tls13, "SCRAM-SHA-256-PLUS");
    EXPECT_EQ(server.step("p=" + std::string(name) + ",,n=user,r=abc").state, State::malformed) << name;
  }
}

struct Binding {
  ChannelBindings of;
  ChannelBindings other;
};

TEST(ScramServer, BoundToAnotherChannelIsAWrongProof) {
  const std::vector<Binding> cases = {
      {{"one", {}, {}}, {"two", {}, {}}}, {{{}, "one", {}}, {{}, "two", {}}}, {{{}, {}, "one"}, {{}, {}, "two"}}};
  for (const auto& [of, other] : cases) {
    const auto client = make_sasl_client("SCRAM-SHA-256-PLUS", ivan, of, {});
    const auto server = make_sasl_server("SCRAM-SHA-256-PLUS", server_context(other));
    const auto exchange = run_exchange(*client, *server);
    ASSERT_TRUE(exchange.attempt);
    EXPECT_EQ(exchange.attempt->proof, false) << "somebody stands between the two";
    EXPECT_FALSE(client->may_succeed());
  }
}

TEST(ScramServer, ClientFromWhomThePlusWasHiddenIsRefused) {
  for (const bool announced : {true, false}) {
    auto context = server_context(tls13);
    context.plus_announced = announced;
    const auto client = make_sasl_client("SCRAM-SHA-256", ivan, tls13, {"SCRAM-SHA-256"});
    const auto server = make_sasl_server("SCRAM-SHA-256", context);
    EXPECT_EQ(run_exchange(*client, *server).proof(), !announced);
  }
}

TEST(ScramServer, UnknownLoginCannotBeToldFromAWrongPassword) {
  const auto played = [](std::string_view login) {
    SaslIdentity identity = ivan;
    identity.login = login;
    identity.password = "wrong";
    const auto client = make_sasl_client("SCRAM-SHA-256", identity, {}, {});
    const auto server = make_sasl_server("SCRAM-SHA-256", server_context());
    return run_exchange(*client, *server);
  };
  const auto salt = [](const Exchange& exchange) {
    const auto& first = exchange.messages.at(1);
    return first.substr(first.find(",s="));
  };
  const auto known = played("ivan");
  const auto unknown = played("nobody");
  EXPECT_EQ(known.attempt->proof, false);
  EXPECT_EQ(unknown.attempt->proof, false);
  EXPECT_EQ(known.messages.size(), unknown.messages.size());
  EXPECT_EQ(salt(unknown).size(), salt(known).size());
  EXPECT_EQ(salt(unknown), salt(played("nobody"))) << "a salt that changes would give it away";
  EXPECT_EQ(salt(known), salt(played("ivan")));
  EXPECT_NE(salt(known), salt(unknown));
}

TEST(ScramServer, WithoutStoredPasswordsNobodyHasAProof) {
  const auto client = make_sasl_client("SCRAM-SHA-256", ivan, {}, {});
  const auto server = make_sasl_server("SCRAM-SHA-256", {"mx", {}, false, {}});
  EXPECT_EQ(run_exchange(*client, *server).attempt->proof, false);
}

TEST(ScramServer, MessageThatIsPlayedAgainIsNoProof) {
  std::vector<std::string> heard;
  {
    const auto client = make_sasl_client("SCRAM-SHA-256", ivan, {}, {});
    const auto server = make_sasl_server("SCRAM-SHA-256", server_context());
    const auto exchange = run_exchange(*client, *server);
    ASSERT_TRUE(exchange.proof());
    heard = exchange.messages;
  }
  const auto server = make_sasl_server("SCRAM-SHA-256", server_context());
  EXPECT_EQ(server->step(heard.at(0)).state, State::challenge);
  EXPECT_EQ(server->step(heard.at(2)).state, State::malformed);
}

}  // namespace
}  // namespace gatepost::smtp
