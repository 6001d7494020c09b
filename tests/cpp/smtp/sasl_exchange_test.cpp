#include "sasl_exchange.hpp"

#include <gtest/gtest.h>

namespace gatepost::smtp {
namespace {

struct Case {
  std::string mechanism;
  ChannelBindings bindings;
  bool proves;  ///< that it knows the password, rather than sending it
};

std::vector<Case> password_cases() {
  std::vector<Case> cases = {{"PLAIN", {}, false}, {"LOGIN", {}, false}, {"CRAM-MD5", {}, true}};
  for (const std::string name : {"SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512"}) {
    cases.push_back({name, {}, true});
    cases.push_back({name, tls13, true});
    for (const auto& bindings : {tls13, tls12, ChannelBindings{{}, {}, "digest"}}) {
      cases.push_back({name + "-PLUS", bindings, true});
    }
  }
  return cases;
}

Exchange play(const Case& c, const SaslIdentity& identity, const Tamper& tamper, std::unique_ptr<SaslClient>& client) {
  client = make_sasl_client(c.mechanism, identity, c.bindings, {c.mechanism});
  const auto server = make_sasl_server(c.mechanism, server_context(c.bindings));
  return run_exchange(*client, *server, tamper);
}

const Tamper untouched = [](std::size_t, std::string&) {};

TEST(SaslExchange, RightPasswordPassesByEveryMechanismAndBinding) {
  for (const auto& c : password_cases()) {
    std::unique_ptr<SaslClient> client;
    const auto exchange = play(c, ivan, untouched, client);
    ASSERT_TRUE(exchange.attempt) << c.mechanism << exchange.client_error;
    EXPECT_EQ(client->name(), c.mechanism);
    EXPECT_EQ(exchange.attempt->mechanism, c.mechanism);
    EXPECT_EQ(exchange.attempt->login, "ivan") << c.mechanism;
    EXPECT_EQ(exchange.attempt->password, c.proves ? "" : "secret-word") << c.mechanism;
    EXPECT_EQ(exchange.attempt->proof, c.proves ? std::optional(true) : std::nullopt) << c.mechanism;
    EXPECT_TRUE(client->may_succeed()) << c.mechanism;
  }
}

TEST(SaslExchange, WrongPasswordIsSeenByTheServerAndIsNoProof) {
  SaslIdentity wrong = ivan;
  wrong.password = "another";
  for (const auto& c : password_cases()) {
    std::unique_ptr<SaslClient> client;
    const auto exchange = play(c, wrong, untouched, client);
    ASSERT_TRUE(exchange.attempt) << c.mechanism;
    EXPECT_EQ(exchange.attempt->login, "ivan") << c.mechanism;
    EXPECT_EQ(exchange.attempt->proof, c.proves ? std::optional(false) : std::nullopt) << c.mechanism;
    EXPECT_EQ(exchange.attempt->password, c.proves ? "" : "another") << c.mechanism;
  }
}

TEST(SaslExchange, MessageLostOnItsWayIsNeverASuccess) {
  for (const auto& c : password_cases()) {
    if (!c.proves) continue;
    std::unique_ptr<SaslClient> client;
    const auto whole = play(c, ivan, untouched, client);
    for (std::size_t lost = 0; lost < whole.messages.size(); ++lost) {
      // The last of SCRAM is empty by itself.
      if (whole.messages[lost].empty()) continue;
      const auto exchange = play(
          c, ivan, [&](std::size_t number, std::string& message) { number == lost ? message.clear() : void(); },
          client);
      EXPECT_FALSE(exchange.proof()) << c.mechanism << " " << lost;
    }
  }
}

TEST(SaslExchange, MessageWithOneByteChangedIsNeverASuccess) {
  const Case c{"CRAM-MD5", {}, true};
  std::unique_ptr<SaslClient> client;
  const auto whole = play(c, ivan, untouched, client);
  for (std::size_t changed = 0; changed < whole.messages.size(); ++changed) {
    for (std::size_t at = 0; at < whole.messages[changed].size(); ++at) {
      const auto exchange = play(
          c, ivan,
          [&](std::size_t number, std::string& message) {
            if (number == changed) message[at] = static_cast<char>(message[at] ^ 1);
          },
          client);
      EXPECT_FALSE(exchange.proof()) << changed << " " << at;
    }
  }
}

TEST(SaslExchange, TokenArrivesByBothOauthMechanisms) {
  const SaslIdentity identity{"ivan@example.com", {}, "ya29.token_-~+/==", {}, "mx.example.com", 587};
  for (const std::string mechanism : {"XOAUTH2", "OAUTHBEARER"}) {
    std::unique_ptr<SaslClient> client;
    const auto exchange = play({mechanism, {}, false}, identity, untouched, client);
    ASSERT_TRUE(exchange.attempt) << mechanism;
    EXPECT_EQ(exchange.attempt->login, "ivan@example.com");
    EXPECT_EQ(exchange.attempt->token, "ya29.token_-~+/==");
    EXPECT_EQ(exchange.attempt->proof, std::nullopt);
    EXPECT_TRUE(client->may_succeed());
  }
}

TEST(SaslExchange, RefusedTokenIsToldWithinTheExchange) {
  const SaslIdentity identity{"ivan@example.com", {}, "old", {}, {}, 0};
  const std::vector<std::pair<std::string, std::string>> cases = {{"XOAUTH2", ""}, {"OAUTHBEARER", "\x01"}};
  for (const auto& [mechanism, acknowledgement] : cases) {
    const auto client = make_sasl_client(mechanism, identity, {}, {});
    const auto server = make_sasl_server(mechanism, server_context());
    static_cast<void>(run_exchange(*client, *server));
    const auto reason = server->refusal_challenge();
    EXPECT_EQ(*client->respond(reason), acknowledgement);
    EXPECT_EQ(client->error_details(), reason);
    EXPECT_FALSE(client->may_succeed());
  }
}

TEST(SaslExchange, ServerThatTakesNoInitialResponseIsServedToo) {
  for (const std::string mechanism : {"PLAIN", "SCRAM-SHA-256", "OAUTHBEARER", "XOAUTH2"}) {
    SaslIdentity identity = ivan;
    if (mechanism.find("OAUTH") != std::string::npos) identity.access_token = "token";
    const auto client = make_sasl_client(mechanism, identity, {}, {});
    const auto server = make_sasl_server(mechanism, server_context());
    ASSERT_TRUE(client->initial_response());
    auto step = server->step(std::nullopt);
    while (step.state == SaslServer::State::challenge) step = server->step(*client->respond(step.challenge));
    EXPECT_EQ(step.state, SaslServer::State::attempt) << mechanism;
  }
}

TEST(SaslExchange, CyrillicLoginAndPasswordPass) {
  const SaslIdentity identity{"иван", "пароль №1", {}, {}, {}, 0};
  auto context = server_context();
  context.password_of = [](std::string_view login) {
    return login == "иван" ? std::optional<std::string>("пароль №1") : std::nullopt;
  };
  for (const std::string mechanism : {"SCRAM-SHA-256", "CRAM-MD5"}) {
    const auto client = make_sasl_client(mechanism, identity, {}, {});
    const auto server = make_sasl_server(mechanism, context);
    EXPECT_TRUE(run_exchange(*client, *server).proof()) << mechanism;
  }
}

}  // namespace
}  // namespace gatepost::smtp
