// What the client's side of TLS demands, shows, remembers and reports.
#include "gatepost/net/client_tls.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>

#include "owner.hpp"
#include "tls_peer.hpp"

namespace gatepost::net {
namespace {

using codes::Category;
using codes::Phase;
using std::chrono::hours;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class TlsOfClient : public testing::Test {
 protected:
  static crypto::CertificatePair certificate(const crypto::CertificatePair& ca, const std::string& name = "127.0.0.1",
                                             hours valid_for = hours(1)) {
    return *crypto::make_server_certificate(ca, {name}, valid_for);
  }
  ConnectOptions to(const TlsPeer& peer) const {
    ConnectOptions options;
    options.targets = {{"127.0.0.1", peer.port()}};
    options.session.security = smtp::Security::implicit_tls;
    options.tls.ca_pem = ca_.certificate_pem;
    return options;
  }
  std::string failure_of(const TlsPeer& peer, const ConnectOptions& options) {
    const auto end = run(thread_, options);
    static_cast<void>(peer);
    if (!end.failure) return "no failure";
    EXPECT_EQ(end.failure->category, Category::tls_error);
    EXPECT_EQ(end.failure->phase, Phase::tls);
    return end.failure->message;
  }

  IoThread thread_;
  const crypto::CertificatePair ca_ = *crypto::make_authority("gatepost client TLS CA", hours(1));
};

TEST_F(TlsOfClient, TheCertificateOfTheServerIsReported) {
  TlsPeer peer({certificate(ca_), "", 0, 1});
  const auto end = run(thread_, to(peer));
  ASSERT_FALSE(end.failure) << end.failure->message;
  ASSERT_TRUE(end.facts.tls);
  EXPECT_TRUE(end.facts.tls->verified);
  EXPECT_FALSE(end.facts.tls->resumed);
  EXPECT_EQ(end.facts.tls->peer_subject, "CN=127.0.0.1");
  EXPECT_EQ(end.facts.tls->peer_issuer, "CN=gatepost client TLS CA");
  EXPECT_THAT(end.facts.tls->peer_not_after, testing::MatchesRegex("20..-..-..T..:..:..Z"));
  EXPECT_GT(end.facts.timings.tls.count(), 0);
}

TEST_F(TlsOfClient, WithoutVerificationTheCertificateIsReportedAsUnverified) {
  TlsPeer peer({certificate(ca_, "elsewhere.example"), "", 0, 1});
  auto options = to(peer);
  options.tls.verify = false;
  const auto end = run(thread_, options);
  ASSERT_FALSE(end.failure) << end.failure->message;
  EXPECT_FALSE(end.facts.tls.value().verified);
  EXPECT_EQ(end.facts.tls->peer_subject, "CN=elsewhere.example");
}

TEST_F(TlsOfClient, BothSidesFindTheSameChannelBindings) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsPeer peer({certificate(ca_), "", version, 2});
    std::vector<smtp::TlsFacts> ours;
    for (int i = 0; i < 2; ++i) {
      const auto end = run(thread_, to(peer));
      ASSERT_FALSE(end.failure) << end.failure->message;
      ours.push_back(end.facts.tls.value());
    }
    ASSERT_THAT(peer.facts(), SizeIs(2));
    for (std::size_t i = 0; i < 2; ++i) {
      const auto& theirs = peer.facts()[i];
      EXPECT_EQ(ours[i].bindings.tls_exporter, theirs.bindings.tls_exporter);
      EXPECT_EQ(ours[i].bindings.tls_unique, theirs.bindings.tls_unique);
      EXPECT_EQ(ours[i].bindings.tls_server_end_point, theirs.bindings.tls_server_end_point);
      EXPECT_THAT(theirs.bindings.tls_exporter, SizeIs(32));
      EXPECT_THAT(theirs.bindings.tls_server_end_point, SizeIs(32));
      EXPECT_EQ(theirs.bindings.tls_unique.empty(), version == TLS1_3_VERSION);
    }
    EXPECT_NE(peer.facts()[0].bindings.tls_exporter, peer.facts()[1].bindings.tls_exporter);
  }
}

TEST_F(TlsOfClient, AnExpiredCertificateIsNamedAsSuch) {
  TlsPeer peer({certificate(ca_, "127.0.0.1", hours(-2)), "", 0, 1});
  EXPECT_THAT(failure_of(peer, to(peer)), testing::AllOf(HasSubstr("has expired on 20"), HasSubstr("renew")));
}

TEST_F(TlsOfClient, ASelfSignedCertificateIsNamedAsSuch) {
  TlsPeer peer({*crypto::make_authority("127.0.0.1", hours(1)), "", 0, 1});
  EXPECT_THAT(failure_of(peer, to(peer)), testing::AllOf(HasSubstr("self-signed"), HasSubstr("ca_pem")));
}

TEST_F(TlsOfClient, AServerWithoutTheMinimumVersionIsToldByItsVersion) {
  TlsPeer peer({certificate(ca_), "", TLS1_2_VERSION, 1});
  auto options = to(peer);
  options.tls.min_version = "1.3";
  EXPECT_THAT(failure_of(peer, options), HasSubstr("does not speak TLS 1.3 or newer"));
}

TEST_F(TlsOfClient, AClientCertificateIsShownToAServerThatAsks) {
  const auto client_ca = *crypto::make_authority("clients", hours(1));
  const auto own = certificate(client_ca, "ivan.example");
  TlsPeer peer({certificate(ca_), client_ca.certificate_pem, 0, 1});
  auto options = to(peer);
  options.tls.certificate_pem = own.certificate_pem;
  options.tls.key_pem = own.key_pem;
  const auto end = run(thread_, options);
  EXPECT_FALSE(end.failure) << end.failure->message;
  ASSERT_THAT(peer.facts(), SizeIs(1));
  EXPECT_EQ(peer.facts()[0].peer_subject, "CN=ivan.example");
  EXPECT_TRUE(peer.facts()[0].verified);
}

TEST_F(TlsOfClient, WithoutTheClientCertificateThatAServerWantsNothingIsSent) {
  const auto client_ca = *crypto::make_authority("clients", hours(1));
  TlsPeer peer({certificate(ca_), client_ca.certificate_pem, 0, 1});
  const auto end = run(thread_, to(peer), {letter_of(1)});
  ASSERT_TRUE(end.failure);
  EXPECT_THAT(end.failure->message, HasSubstr("certificate required"));
  EXPECT_THAT(peer.facts(), SizeIs(0));
}

TEST_F(TlsOfClient, OptionsThatCannotBeUsedAreNamed) {
  const auto own = certificate(ca_);
  const auto error_of = [](const TlsClientOptions& options) { return client_tls(options).error(); };
  TlsClientOptions options;
  options.min_version = "1.1";
  EXPECT_THAT(error_of(options), HasSubstr("'1.1'"));
  options = {};
  options.certificate_pem = "nonsense";
  EXPECT_THAT(error_of(options), HasSubstr("certificate_pem"));
  options.certificate_pem = own.certificate_pem;
  options.key_pem = ca_.key_pem;
  EXPECT_THAT(error_of(options), HasSubstr("key_pem"));
  options.key_pem = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGjMF8=\n-----END ENCRYPTED PRIVATE KEY-----\n";
  EXPECT_THAT(error_of(options), HasSubstr("key_pem"));
}

class Resumption : public TlsOfClient, public testing::WithParamInterface<int> {};

TEST_P(Resumption, TheNextConnectionGoesOnWithTheSession) {
  TlsPeer peer({certificate(ca_), "", GetParam(), 3});
  std::vector<bool> resumed;
  for (int i = 0; i < 3; ++i) {
    const auto end = run(thread_, to(peer));
    ASSERT_FALSE(end.failure) << end.failure->message;
    resumed.push_back(end.facts.tls.value().resumed);
    EXPECT_TRUE(end.facts.tls->verified);
    EXPECT_EQ(end.facts.tls->peer_subject, "CN=127.0.0.1");
  }
  EXPECT_THAT(resumed, ElementsAre(false, true, true));
}

TEST_P(Resumption, NotWhereItIsSwitchedOff) {
  TlsPeer peer({certificate(ca_), "", GetParam(), 2});
  auto options = to(peer);
  options.tls.resume = false;
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(run(thread_, options).facts.tls.value().resumed);
}

TEST_P(Resumption, NeverAcrossOtherDemandsOnTheCertificate) {
  TlsPeer peer({certificate(ca_, "elsewhere.example"), "", GetParam(), 3});
  auto lax = to(peer);
  lax.tls.verify = false;
  EXPECT_FALSE(run(thread_, lax).failure);
  EXPECT_THAT(failure_of(peer, to(peer)), HasSubstr("elsewhere.example"));
  auto named = to(peer);
  named.tls.verify_name = "elsewhere.example";
  const auto end = run(thread_, named);
  EXPECT_FALSE(end.failure) << end.failure->message;
  EXPECT_FALSE(end.facts.tls.value().resumed);
}

INSTANTIATE_TEST_SUITE_P(Versions, Resumption, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

/// Points OpenSSL's default places elsewhere for as long as it lives.
class SystemRoots {
 public:
  SystemRoots(const std::string& file, const std::string& directory) {
    ::setenv("SSL_CERT_FILE", file.c_str(), 1);
    ::setenv("SSL_CERT_DIR", directory.c_str(), 1);
  }
  ~SystemRoots() {
    ::unsetenv("SSL_CERT_FILE");
    ::unsetenv("SSL_CERT_DIR");
  }
};

class FallbackRoots : public TlsOfClient {
 protected:
  std::string file_with(const crypto::CertificatePair& ca, const std::string& name) const {
    const auto path = testing::TempDir() + name + std::to_string(::getpid()) + ".pem";
    std::ofstream(path) << ca.certificate_pem;
    return path;
  }
  ConnectOptions to_with_fallback(const TlsPeer& peer, const std::string& file) const {
    auto options = to(peer);
    options.tls.ca_pem.clear();
    options.tls.fallback_roots_file = file;
    return options;
  }
};

TEST_F(FallbackRoots, AreTrustedWhereTheSystemHasNone) {
  const SystemRoots none("/nonexistent.pem", "/nonexistent");
  TlsPeer peer({certificate(ca_), "", 0, 1});
  const auto end = run(thread_, to_with_fallback(peer, file_with(ca_, "fallback-a")));
  EXPECT_FALSE(end.failure) << end.failure->message;
}

TEST_F(FallbackRoots, AreNotLookedAtWhereTheSystemHasItsOwn) {
  const SystemRoots own(file_with(*crypto::make_authority("system", hours(1)), "system"), "/nonexistent");
  TlsPeer peer({certificate(ca_), "", 0, 1});
  EXPECT_THAT(failure_of(peer, to_with_fallback(peer, file_with(ca_, "fallback-b"))), HasSubstr("not accepted"));
}

TEST_F(FallbackRoots, AFileThatCannotBeReadIsNamed) {
  const SystemRoots none("/nonexistent.pem", "/nonexistent");
  TlsClientOptions options;
  options.fallback_roots_file = "/nonexistent/roots.pem";
  EXPECT_THAT(client_tls(options).error(), HasSubstr("/nonexistent/roots.pem"));
}

}  // namespace
}  // namespace gatepost::net
