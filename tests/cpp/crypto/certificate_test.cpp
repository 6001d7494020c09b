#include "gatepost/crypto/certificate.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>

namespace gatepost::crypto {
namespace {

using X509Ptr = std::unique_ptr<X509, decltype(&X509_free)>;

X509Ptr read(const std::string& pem) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509Ptr certificate(PEM_read_bio_X509(bio, nullptr, nullptr, nullptr), &X509_free);
  BIO_free(bio);
  return certificate;
}

bool verifies(const std::string& authority_pem, const std::string& leaf_pem, int purpose = X509_PURPOSE_SSL_SERVER) {
  const auto authority = read(authority_pem);
  const auto leaf = read(leaf_pem);
  X509_STORE* store = X509_STORE_new();
  X509_STORE_add_cert(store, authority.get());
  X509_STORE_CTX* context = X509_STORE_CTX_new();
  X509_STORE_CTX_init(context, store, leaf.get(), nullptr);
  X509_STORE_CTX_set_purpose(context, purpose);
  const bool ok = X509_verify_cert(context) == 1;
  X509_STORE_CTX_free(context);
  X509_STORE_free(store);
  return ok;
}

TEST(Certificate, ServerCertificateIsTrustedThroughItsAuthorityAlone) {
  const auto authority = make_authority("gatepost test", std::chrono::hours(24));
  const auto other = make_authority("gatepost test", std::chrono::hours(24));
  ASSERT_TRUE(authority && other);
  const auto server = make_server_certificate(*authority, {"localhost", "127.0.0.1"}, std::chrono::hours(24));
  ASSERT_TRUE(server) << server.error();
  EXPECT_TRUE(verifies(authority->certificate_pem, server->certificate_pem));
  EXPECT_FALSE(verifies(other->certificate_pem, server->certificate_pem));
}

TEST(Certificate, AClientsIsForClientsAlone) {
  const auto authority = make_authority("a", std::chrono::hours(1));
  ASSERT_TRUE(authority);
  const auto client = make_client_certificate(*authority, "ivan", std::chrono::hours(1));
  ASSERT_TRUE(client) << client.error();
  EXPECT_TRUE(verifies(authority->certificate_pem, client->certificate_pem, X509_PURPOSE_SSL_CLIENT));
  EXPECT_FALSE(verifies(authority->certificate_pem, client->certificate_pem, X509_PURPOSE_SSL_SERVER));
  const auto server = make_server_certificate(*authority, {"localhost"}, std::chrono::hours(1));
  EXPECT_FALSE(verifies(authority->certificate_pem, server->certificate_pem, X509_PURPOSE_SSL_CLIENT));
}

TEST(Certificate, AClientsNameFitsACommonName) {
  const auto authority = make_authority("a", std::chrono::hours(1));
  ASSERT_TRUE(authority);
  EXPECT_FALSE(make_client_certificate(*authority, "", std::chrono::hours(1)));
  EXPECT_FALSE(make_client_certificate(*authority, std::string(65, 'x'), std::chrono::hours(1)));
  EXPECT_TRUE(make_client_certificate(*authority, std::string(64, 'x'), std::chrono::hours(1)));
}

TEST(Certificate, OneOfNegativeLifeHasExpired) {
  const auto authority = make_authority("a", std::chrono::hours(1));
  ASSERT_TRUE(authority);
  const auto server = make_server_certificate(*authority, {"localhost"}, std::chrono::hours(-2));
  ASSERT_TRUE(server) << server.error();
  EXPECT_FALSE(verifies(authority->certificate_pem, server->certificate_pem));
  const auto leaf = read(server->certificate_pem);
  EXPECT_EQ(X509_cmp_current_time(X509_get0_notAfter(leaf.get())), -1);
  EXPECT_EQ(ASN1_TIME_compare(X509_get0_notBefore(leaf.get()), X509_get0_notAfter(leaf.get())), -1);
}

TEST(Certificate, MatchesItsDnsNamesAndIpAddressesAndNoOthers) {
  const auto authority = make_authority("a", std::chrono::hours(1));
  ASSERT_TRUE(authority);
  const auto server = make_server_certificate(*authority, {"mx.example", "127.0.0.1", "::1"}, std::chrono::hours(1));
  ASSERT_TRUE(server) << server.error();
  const auto leaf = read(server->certificate_pem);
  EXPECT_EQ(X509_check_host(leaf.get(), "mx.example", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(leaf.get(), "other.example", 0, 0, nullptr), 0);
  EXPECT_EQ(X509_check_ip_asc(leaf.get(), "127.0.0.1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(leaf.get(), "::1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(leaf.get(), "127.0.0.2", 0), 0);
}

TEST(Certificate, KeyIsPkcs8AndBelongsToTheCertificate) {
  const auto authority = make_authority("a", std::chrono::hours(1));
  ASSERT_TRUE(authority);
  EXPECT_TRUE(authority->key_pem.starts_with("-----BEGIN PRIVATE KEY-----"));
  BIO* bio = BIO_new_mem_buf(authority->key_pem.data(), static_cast<int>(authority->key_pem.size()));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
  EXPECT_EQ(X509_check_private_key(read(authority->certificate_pem).get(), key), 1);
  EVP_PKEY_free(key);
  BIO_free(bio);
}

TEST(Certificate, ServerPemCarriesTheIssuerBehindTheLeaf) {
  const auto authority = make_authority("a", std::chrono::hours(1));
  ASSERT_TRUE(authority);
  const auto server = make_server_certificate(*authority, {"localhost"}, std::chrono::hours(1));
  ASSERT_TRUE(server);
  EXPECT_TRUE(server->certificate_pem.ends_with(authority->certificate_pem));
}

TEST(Certificate, BadNamesAndABrokenAuthorityAreErrors) {
  const auto authority = make_authority("a", std::chrono::hours(1));
  ASSERT_TRUE(authority);
  EXPECT_FALSE(make_server_certificate(*authority, {}, std::chrono::hours(1)));
  EXPECT_FALSE(make_server_certificate(*authority, {""}, std::chrono::hours(1)));
  EXPECT_FALSE(make_server_certificate(*authority, {"a b"}, std::chrono::hours(1)));
  EXPECT_FALSE(make_server_certificate({"not pem", "not pem"}, {"localhost"}, std::chrono::hours(1)));
  EXPECT_FALSE(make_authority(std::string(65, 'x'), std::chrono::hours(1)));
}

}  // namespace
}  // namespace gatepost::crypto
