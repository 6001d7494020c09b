#include <gmock/gmock.h>

#include "gatepost/crypto/certificate.hpp"
#include "gatepost/net/client_tls.hpp"
#include "handler.hpp"
#include "scripted_server.hpp"

namespace gatepost::net {
namespace {

using codes::Category;
using codes::Phase;
using smtp::Security;
using testing::HasSubstr;

class Tls : public testing::Test {
 protected:
  static crypto::CertificatePair authority(const char* name) {
    return *crypto::make_authority(name, std::chrono::hours(1));
  }
  static ListenOptions listen_with(const crypto::CertificatePair& ca, const std::vector<std::string>& names) {
    const auto pair = *crypto::make_server_certificate(ca, names, std::chrono::hours(1));
    ListenOptions options;
    options.certificate.certificate_pem = pair.certificate_pem;
    options.certificate.key_pem = pair.key_pem;
    return options;
  }
  static ConnectOptions connect_to(const Server& server, Security security, std::string ca_pem) {
    ConnectOptions options;
    options.targets = {{"127.0.0.1", server.port()}};
    options.session.security = security;
    options.tls.ca_pem = std::move(ca_pem);
    return options;
  }

  IoThread thread_;
  crypto::CertificatePair ca_ = authority("gatepost test CA");
};

TEST_F(Tls, StarttlsWithATrustedCertificateDeliversEncrypted) {
  Server server(listen_with(ca_, {"127.0.0.1"}));
  const auto end = run(thread_, connect_to(server, Security::starttls, ca_.certificate_pem), {letter_of(1)});
  EXPECT_FALSE(end.failure) << end.failure->message;
  ASSERT_EQ(server.handler.letters().size(), 1U);
  EXPECT_TRUE(server.handler.tls());
  ASSERT_TRUE(end.facts.tls);
  EXPECT_THAT(end.facts.tls->version, HasSubstr("TLSv1."));
}

TEST_F(Tls, ImplicitTlsDeliversABigLetterIntact) {
  auto listen = listen_with(ca_, {"127.0.0.1"});
  listen.session.implicit_tls = true;
  Server server(std::move(listen));
  std::string big = "Subject: big\r\n\r\n";
  for (int i = 0; i < 30'000; ++i) big += ".line " + std::to_string(i) + "\r\n";
  const auto end = run(thread_, connect_to(server, Security::implicit_tls, ca_.certificate_pem), {letter_of(1, big)});
  EXPECT_FALSE(end.failure) << end.failure->message;
  ASSERT_EQ(server.handler.letters().size(), 1U);
  EXPECT_EQ(server.handler.letters()[0], big);
}

TEST_F(Tls, ACertificateForAnotherNameIsRefusedAndBothNamesAreSaid) {
  Server server(listen_with(ca_, {"mail.example.com"}));
  const auto end = run(thread_, connect_to(server, Security::starttls, ca_.certificate_pem), {letter_of(1)});
  ASSERT_TRUE(end.failure);
  EXPECT_EQ(end.failure->category, Category::tls_error);
  EXPECT_EQ(end.failure->phase, Phase::tls);
  EXPECT_THAT(end.failure->message, HasSubstr("mail.example.com"));
  EXPECT_THAT(end.failure->message, HasSubstr("127.0.0.1"));
  EXPECT_TRUE(server.handler.letters().empty());
}

TEST_F(Tls, VerifyNameStandsInForTheHost) {
  Server server(listen_with(ca_, {"mail.example.com"}));
  auto options = connect_to(server, Security::starttls, ca_.certificate_pem);
  options.tls.verify_name = "mail.example.com";
  const auto end = run(thread_, options, {letter_of(1)});
  EXPECT_FALSE(end.failure) << end.failure->message;
}

TEST_F(Tls, AnUnknownAuthorityIsRefusedWithARemedy) {
  Server server(listen_with(ca_, {"127.0.0.1"}));
  const auto end = run(thread_, connect_to(server, Security::starttls, authority("another").certificate_pem));
  ASSERT_TRUE(end.failure);
  EXPECT_EQ(end.failure->category, Category::tls_error);
  EXPECT_THAT(end.failure->message, HasSubstr("ca_pem"));
}

TEST_F(Tls, WithoutVerificationAnyCertificateWillDo) {
  Server server(listen_with(ca_, {"mail.example.com"}));
  auto options = connect_to(server, Security::starttls, "");
  options.tls.verify = false;
  const auto end = run(thread_, options, {letter_of(1)});
  EXPECT_FALSE(end.failure) << end.failure->message;
}

TEST_F(Tls, APlainServerOnATlsPortIsNamedAsSuch) {
  ScriptedServer server({"220 plain as day"});
  ConnectOptions options;
  options.targets = {{"127.0.0.1", server.port()}};
  options.session.security = Security::implicit_tls;
  const auto end = run(thread_, options);
  ASSERT_TRUE(end.failure);
  EXPECT_EQ(end.failure->category, Category::tls_error);
  EXPECT_THAT(end.failure->message, HasSubstr("STARTTLS"));
}

TEST_F(Tls, ATrustAnchorThatIsNoCertificateIsNamed) {
  Server server(listen_with(ca_, {"127.0.0.1"}));
  const auto end = run(thread_, connect_to(server, Security::starttls, "no certificate"));
  ASSERT_TRUE(end.failure);
  EXPECT_THAT(end.failure->message, HasSubstr("ca_pem"));
}

TEST_F(Tls, ATrustAnchorBrokenAfterTheFirstCertificateIsNamed) {
  TlsClientOptions options;
  options.ca_pem = ca_.certificate_pem + "-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n";
  EXPECT_FALSE(client_tls(options));
}

TEST_F(Tls, AKeyOfAnotherCertificateIsRefusedByTheListener) {
  auto listen = listen_with(ca_, {"127.0.0.1"});
  listen.certificate.key_pem = ca_.key_pem;
  IoThread thread;
  Handler handler;
  const auto opened = Listener::open(thread.context(), listen, handler);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("key_pem"));
}

}  // namespace
}  // namespace gatepost::net
