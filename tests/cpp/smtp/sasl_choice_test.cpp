#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gatepost/smtp/sasl/saslprep.hpp"
#include "sasl_exchange.hpp"

namespace gatepost::smtp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<std::string> everything = {"LOGIN",
                                             "PLAIN",
                                             "CRAM-MD5",
                                             "XOAUTH2",
                                             "OAUTHBEARER",
                                             "EXTERNAL",
                                             "GSSAPI",
                                             "SCRAM-SHA-1",
                                             "SCRAM-SHA-256",
                                             "SCRAM-SHA-512",
                                             "SCRAM-SHA-1-PLUS",
                                             "SCRAM-SHA-256-PLUS",
                                             "NTLM",
                                             "SCRAM-SHA-512-PLUS",
                                             "DIGEST-MD5",
                                             "ANONYMOUS"};
const SaslPolicy over_tls{{}, true, false, false};

TEST(UsableMechanisms, StrongestComesFirst) {
  EXPECT_THAT(usable_mechanisms(everything, ivan, over_tls, tls13),
              ElementsAre("SCRAM-SHA-512-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-512",
                          "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN"));
}

TEST(UsableMechanisms, WithoutBindingThereIsNoPlus) {
  EXPECT_THAT(usable_mechanisms(everything, ivan, over_tls, {}),
              ElementsAre("SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN"));
}

TEST(UsableMechanisms, InTheClearTheSecretIsNotShownUnlessAllowed) {
  EXPECT_THAT(usable_mechanisms(everything, ivan, {}, {}),
              ElementsAre("SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5"));
  EXPECT_THAT(usable_mechanisms({"PLAIN", "LOGIN"}, ivan, {}, {}), IsEmpty());
  EXPECT_THAT(usable_mechanisms({"PLAIN", "LOGIN"}, ivan, {{}, false, true, false}, {}), ElementsAre("PLAIN", "LOGIN"));
}

TEST(UsableMechanisms, TokenGoesByOauthAlone) {
  const SaslIdentity identity{"ivan", "secret-word", "token", {}, {}, 0};
  EXPECT_THAT(usable_mechanisms(everything, identity, {{}, true, false, true}, tls13),
              ElementsAre("OAUTHBEARER", "XOAUTH2"));
  EXPECT_THAT(usable_mechanisms(everything, identity, {}, {}), IsEmpty());
  EXPECT_THAT(usable_mechanisms(everything, {{}, {}, "token", {}, {}, 0}, over_tls, {}), ElementsAre("OAUTHBEARER"))
      << "XOAUTH2 needs to be told who";
}

TEST(UsableMechanisms, ExternalNeedsACertificateThatWasShown) {
  EXPECT_THAT(usable_mechanisms(everything, {}, over_tls, tls13), IsEmpty());
  EXPECT_THAT(usable_mechanisms(everything, {}, {{}, true, false, true}, tls13), ElementsAre("EXTERNAL"));
  EXPECT_THAT(usable_mechanisms(everything, {}, {{}, false, true, true}, {}), IsEmpty());
  EXPECT_THAT(usable_mechanisms({"EXTERNAL", "PLAIN"}, ivan, {{}, true, false, true}, {}),
              ElementsAre("EXTERNAL", "PLAIN"));
}

TEST(UsableMechanisms, OnlyWhatIsAllowedAndOffered) {
  EXPECT_THAT(usable_mechanisms(everything, ivan, {{"LOGIN", "CRAM-MD5", "NTLM"}, true, false, false}, {}),
              ElementsAre("CRAM-MD5", "LOGIN"));
  EXPECT_THAT(usable_mechanisms({"NTLM", "GSSAPI"}, ivan, over_tls, {}), IsEmpty());
  EXPECT_THAT(usable_mechanisms({"PLAIN", "PLAIN"}, ivan, over_tls, {}), ElementsAre("PLAIN"));
}

TEST(UsableMechanisms, AuthzidLeavesOutThoseThatCannotNameIt) {
  SaslIdentity identity = ivan;
  identity.authzid = "boss";
  EXPECT_THAT(usable_mechanisms(everything, identity, over_tls, {}),
              ElementsAre("SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN"));
  identity.access_token = "token";
  EXPECT_THAT(usable_mechanisms(everything, identity, over_tls, {}), ElementsAre("OAUTHBEARER"));
}

TEST(UsableMechanisms, IdentityThatCouldBreakALineFitsNone) {
  for (const std::string& bad : {std::string("a\r\nb"), std::string("a\0b", 3),
                                 std::string("a\x01"
                                             "b"),
                                 std::string("\x7f"), std::string("\xff")}) {
    for (auto text : {&SaslIdentity::login, &SaslIdentity::password, &SaslIdentity::access_token,
                      &SaslIdentity::authzid, &SaslIdentity::host}) {
      SaslIdentity identity = ivan;
      identity.*text = bad;
      const auto fault = check_identity(identity);
      ASSERT_TRUE(fault);
      EXPECT_TRUE(fault->ends_with(" holds a control character or is not UTF-8")) << *fault;
      EXPECT_EQ(fault->find(bad), std::string::npos);
      EXPECT_THAT(usable_mechanisms(everything, identity, {{}, true, true, true}, tls13), IsEmpty());
    }
  }
  EXPECT_EQ(check_identity(ivan), std::nullopt);
}

TEST(UsableMechanisms, ScramIsLeftOutWhereItsPreparationForbidsThePassword) {
  SaslIdentity identity = ivan;
  identity.password = "private use \xee\x80\x80";
  EXPECT_THAT(usable_mechanisms({"SCRAM-SHA-256", "PLAIN"}, identity, over_tls, {}), ElementsAre("PLAIN"));
}

TEST(Saslprep, ExamplesOfRfc4013WithoutNormalization) {
  EXPECT_EQ(saslprep("I\xc2\xadX"), "IX") << "a soft hyphen goes";
  EXPECT_EQ(saslprep("user"), "user");
  EXPECT_EQ(saslprep("USER"), "USER");
  EXPECT_EQ(saslprep("\x07"), std::nullopt);
}

TEST(Saslprep, SpacesOfEveryKindBecomeOneKind) {
  EXPECT_EQ(saslprep("a\xc2\xa0"
                     "b\xe3\x80\x80"
                     "c d"),
            "a b c d");
  EXPECT_EQ(saslprep("пароль №1"), "пароль №1");
}

TEST(Saslprep, ProhibitedBrokenAndEmptyTextsAreRefused) {
  for (const std::string& bad :
       {std::string(), std::string("\0", 1), std::string("a\tb"), std::string("a\x7f"), std::string("\xc2\x80"),
        std::string("\xee\x80\x80"), std::string("\xef\xb7\x90"), std::string("\xef\xbf\xbf"),
        std::string("\xf0\x9f\xbf\xbe"), std::string("\xe2\x80\xae"), std::string("\xf3\xa0\x80\x81"),
        std::string("\xc2\xad"), std::string("\xff"), std::string("\xed\xa0\x80")}) {
    EXPECT_EQ(saslprep(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace gatepost::smtp
