#include <gtest/gtest.h>

#include "gatepost/smtp/sasl/scram_client.hpp"
#include "sasl_exchange.hpp"

namespace gatepost::smtp {
namespace {

const SaslIdentity rfc_user{"user", "pencil", {}, {}, {}, 0};
constexpr std::string_view nonce256 = "rOprNGfwEbeRWgbNEkqO";
constexpr std::string_view server_first256 =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
constexpr std::string_view server_final256 = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

ScramClient client_of(std::string_view mechanism, std::string_view nonce = nonce256,
                      const SaslIdentity& identity = rfc_user, const ChannelBindings& bindings = {},
                      const std::vector<std::string>& offered = {}) {
  return ScramClient(*find_scram(mechanism), identity, bindings, offered, std::string(nonce));
}

/// What comes of `server_first` as the server's first message: the answer or the error.
std::string told(std::string_view server_first) {
  auto client = client_of("SCRAM-SHA-256");
  const auto answer = client.respond(server_first);
  return answer ? *answer : answer.error();
}

TEST(ScramClient, SpeaksTheExampleOfRfc5802) {
  auto client = client_of("SCRAM-SHA-1", "fyko+d2lbbFgONRv9qkxdawL");
  EXPECT_EQ(client.initial_response(), "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
  EXPECT_EQ(*client.respond("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096"),
            "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=");
  EXPECT_FALSE(client.may_succeed()) << "the server has proved nothing yet";
  EXPECT_EQ(*client.respond("v=rmF9pqV8S7suAoZWja4dJRkFsKQ="), "");
  EXPECT_TRUE(client.may_succeed());
}

TEST(ScramClient, SpeaksTheExampleOfRfc7677) {
  auto client = client_of("SCRAM-SHA-256");
  EXPECT_EQ(client.initial_response(), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
  EXPECT_EQ(
      *client.respond(server_first256),
      "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
  EXPECT_EQ(*client.respond(server_final256), "");
  EXPECT_TRUE(client.may_succeed());
}

// Computed with Python's hashlib.
TEST(ScramClient, Sha512ProofAndSignatureAreRight) {
  auto client = client_of("SCRAM-SHA-512");
  EXPECT_EQ(*client.respond(server_first256),
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=gMGXRcevScNtxZ6/8lQYpGtnsNAc3mGcmNomv+"
            "xnoOMw+3R2xNJdMNnzMlTN8PPC6wdp6dybEmDYXYTxwnYPJQ==");
  EXPECT_EQ(
      *client.respond("v=ZQnYEgWQMFmmsM8aQMF0nDDCy/AgCzkwk8CmMZYcMg0vSVlKDanekLtifDSeVGT4+5ZxXnJq199RVG2rR7N7Zw=="),
      "");
  EXPECT_TRUE(client.may_succeed());
}

// Computed with Python's hashlib: what a binding, an authzid, "," and "=" in names and Cyrillic do to the messages.
TEST(ScramClient, BindingAuthzidAndEscapedNamesGoIntoTheProof) {
  const SaslIdentity identity{"us=er", "пароль", {}, "boss,inc", {}, 0};
  auto client = client_of("SCRAM-SHA-256-PLUS", nonce256, identity, {"exported", {}, {}});
  EXPECT_EQ(client.name(), "SCRAM-SHA-256-PLUS");
  EXPECT_EQ(client.initial_response(), "p=tls-exporter,a=boss=2Cinc,n=us=3Der,r=rOprNGfwEbeRWgbNEkqO");
  EXPECT_EQ(*client.respond("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=5000"),
            "c=cD10bHMtZXhwb3J0ZXIsYT1ib3NzPTJDaW5jLGV4cG9ydGVk,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            "p=HhmwMsnQBBl08axQmKek+C+mxy7OFIDglHY2g8IfyV0=");
  EXPECT_EQ(*client.respond("v=UeFMfzoAKRQrRWPYTfG9ocNKb5nErKNYrV4whcwSSg8="), "");
}

TEST(ScramClient, HeaderTellsWhichBindingIsUsedOrWhyNone) {
  const auto header = [](std::string_view mechanism, const ChannelBindings& bindings,
                         const std::vector<std::string>& offered) {
    const auto message = client_of(mechanism, nonce256, rfc_user, bindings, offered).initial_response();
    return message->substr(0, message->find(",n="));
  };
  EXPECT_EQ(header("SCRAM-SHA-256-PLUS", tls13, {}), "p=tls-exporter,");
  EXPECT_EQ(header("SCRAM-SHA-256-PLUS", tls12, {}), "p=tls-unique,");
  EXPECT_EQ(header("SCRAM-SHA-256-PLUS", {{}, {}, "digest"}, {}), "p=tls-server-end-point,");
  EXPECT_EQ(header("SCRAM-SHA-256", {}, {"SCRAM-SHA-256"}), "n,") << "there is no channel to bind to";
  EXPECT_EQ(header("SCRAM-SHA-256", tls13, {"SCRAM-SHA-256", "PLAIN"}), "y,") << "was a -PLUS removed?";
  EXPECT_EQ(header("SCRAM-SHA-256", tls13, {"SCRAM-SHA-1-PLUS", "SCRAM-SHA-256"}), "n,") << "it was seen, and not used";
}

TEST(ScramClient, ServerThatAsksForTheFirstMessageGetsItOnce) {
  auto client = client_of("SCRAM-SHA-256");
  const auto first = client.initial_response();
  EXPECT_EQ(*client.respond(""), first);
  EXPECT_EQ(client.respond("").error(), "SCRAM-SHA-256: the server's first message is missing");
}

TEST(ScramClient, NonceThatDoesNotContinueOursIsRefused) {
  for (const std::string_view nonce :
       {"rOprNGfwEbeRWgbNEkqO", "rOprNGfwEbeRWgbNEkq", "ropRNGfwEbeRWgbNEkqOabc", "abc", "rOprNGfwEbeRWgbNEkqO\x7f",
        "rOprNGfwEbeRWgbNEkqOa b", "rOprNGfwEbeRWgbNEkqO\r\n"}) {
    EXPECT_EQ(told("r=" + std::string(nonce) + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"),
              "SCRAM-SHA-256: the server's nonce does not continue ours")
        << nonce;
  }
}

TEST(ScramClient, IterationCountThatIsTooCheapTooDearOrNoNumberIsRefused) {
  for (const std::string_view count : {"0", "1", "4095", "1000001", "4294967297", "99999999999999999999", "-4096",
                                       "+4096", "04096", "4096x", " 4096", "", "0x1000"}) {
    EXPECT_EQ(told("r=rOprNGfwEbeRWgbNEkqOabc,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=" + std::string(count)),
              "SCRAM-SHA-256: the server's iteration count is not between 4096 and 1000000")
        << count;
  }
}

TEST(ScramClient, SaltThatIsMissingOrNoBase64IsRefused) {
  for (const std::string_view salt : {"", "W22", "!!!!", "W22ZaJ0SNY7soEsUEjb6gQ"}) {
    EXPECT_EQ(told("r=rOprNGfwEbeRWgbNEkqOabc,s=" + std::string(salt) + ",i=4096"),
              "SCRAM-SHA-256: the server's salt is not base64")
        << salt;
  }
}

TEST(ScramClient, MandatoryExtensionIsRefusedAndAnOptionalOneIgnored) {
  EXPECT_EQ(told("m=x,r=rOprNGfwEbeRWgbNEkqOabc,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"),
            "SCRAM-SHA-256: the server requires an unknown extension");
  EXPECT_TRUE(told("r=rOprNGfwEbeRWgbNEkqOabc,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,z=more").starts_with("c=biws,"));
}

TEST(ScramClient, FirstMessageWithPartsMissingSwappedOrDoubledIsRefused) {
  for (const std::string_view message :
       {"r", "r=", "r=rOprNGfwEbeRWgbNEkqOabc", "r=rOprNGfwEbeRWgbNEkqOabc,s=W22ZaJ0SNY7soEsUEjb6gQ==",
        "s=W22ZaJ0SNY7soEsUEjb6gQ==,r=rOprNGfwEbeRWgbNEkqOabc,i=4096",
        "r=rOprNGfwEbeRWgbNEkqOabc,r=rOprNGfwEbeRWgbNEkqOabc,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        "r=rOprNGfwEbeRWgbNEkqOabc,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,", ",", "e=other-error", "hello"}) {
    EXPECT_EQ(told(message), "SCRAM-SHA-256: the server's first message is malformed") << message;
  }
}

TEST(ScramClient, TruncatedFirstMessageGivesNoProof) {
  for (std::size_t size = 1; size < server_first256.size(); ++size) {
    EXPECT_TRUE(told(server_first256.substr(0, size)).starts_with("SCRAM-SHA-256: ")) << size;
  }
}

TEST(ScramClient, FirstMessageThatIsNoBase64IsRefused) {
  auto client = client_of("SCRAM-SHA-256");
  EXPECT_FALSE(client.respond(std::nullopt));
}

TEST(ScramClient, ServerSignatureThatDiffersIsRefused) {
  for (std::size_t at = 2; at < server_final256.size() - 1; ++at) {
    auto client = client_of("SCRAM-SHA-256");
    ASSERT_TRUE(client.respond(server_first256));
    std::string message(server_final256);
    message[at] = message[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(client.respond(message)) << at;
    EXPECT_FALSE(client.may_succeed()) << at;
  }
}

TEST(ScramClient, TruncatedSignatureIsRefused) {
  for (std::size_t size = 0; size < server_final256.size(); ++size) {
    auto client = client_of("SCRAM-SHA-256");
    ASSERT_TRUE(client.respond(server_first256));
    EXPECT_FALSE(client.respond(server_final256.substr(0, size))) << size;
    EXPECT_FALSE(client.may_succeed()) << size;
  }
}

TEST(ScramClient, RefusalWithinTheExchangeIsReportedAndCannotSucceed) {
  auto client = client_of("SCRAM-SHA-256");
  ASSERT_TRUE(client.respond(server_first256));
  EXPECT_EQ(*client.respond("e=invalid-proof\r\n\xff of pencil " + std::string(5000, 'x')), "")
      << "the code comes behind";
  EXPECT_TRUE(client.error_details().starts_with("invalid-proof  ? of **** xx")) << client.error_details();
  EXPECT_EQ(client.error_details().size(), 1000u);
  EXPECT_FALSE(client.may_succeed());
  EXPECT_FALSE(client.respond(server_final256)) << "too late";
}

TEST(ScramClient, NothingIsAnsweredOnceItIsOver) {
  auto client = client_of("SCRAM-SHA-256");
  ASSERT_TRUE(client.respond(server_first256));
  ASSERT_TRUE(client.respond(server_final256));
  EXPECT_EQ(client.respond("").error(), "SCRAM-SHA-256: the server asks for more than the mechanism has");
  EXPECT_FALSE(client.may_succeed());
}

TEST(ScramClient, NoErrorNamesThePassword) {
  for (const std::string_view message : {"", "pencil", "r=pencil,s=pencil,i=pencil", "v=pencil", "e=pencil"}) {
    EXPECT_EQ(told(message).find("pencil"), std::string::npos) << message;
  }
}

}  // namespace
}  // namespace gatepost::smtp
