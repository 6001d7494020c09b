#include <openssl/ssl.h>

#include <array>
#include <string_view>

#include "gatepost/crypto/openssl_ptr.hpp"
#include "gatepost/net/certificate_text.hpp"
#include "gatepost/net/tls.hpp"

namespace gatepost::net {

namespace {

std::string text_of(const unsigned char* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

std::string exporter(SSL* ssl) {
  constexpr std::string_view label = "EXPORTER-Channel-Binding";
  constexpr unsigned char no_context = 0;
  std::array<unsigned char, 32> out{};
  const bool ok =
      SSL_export_keying_material(ssl, out.data(), out.size(), label.data(), label.size(), &no_context, 0, 1) == 1;
  return ok ? text_of(out.data(), out.size()) : std::string();
}

/// The first Finished message of the handshake: the client's, but the server's where a session went on (RFC 5929 §3.1).
std::string first_finished(SSL* ssl) {
  std::array<unsigned char, 64> out{};
  const bool clients = SSL_session_reused(ssl) == 0;
  const bool own = clients == (SSL_is_server(ssl) == 0);
  const auto size =
      own ? SSL_get_finished(ssl, out.data(), out.size()) : SSL_get_peer_finished(ssl, out.data(), out.size());
  return text_of(out.data(), std::min(size, out.size()));
}

/// RFC 5929 §4.1: the digest that signed the certificate, but no weaker than SHA-256. Signatures without a digest of
/// their own (Ed25519) have no binding of this kind.
std::string digest_of(const X509* certificate) {
  int algorithm = NID_undef;
  X509_get_signature_info(const_cast<X509*>(certificate), &algorithm, nullptr, nullptr, nullptr);
  if (algorithm == NID_md5 || algorithm == NID_sha1) algorithm = NID_sha256;
  const auto* digest = algorithm == NID_undef ? nullptr : EVP_get_digestbynid(algorithm);
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  if (digest == nullptr || X509_digest(certificate, digest, out.data(), &size) != 1) return {};
  return text_of(out.data(), size);
}

smtp::ChannelBindings bindings_of(SSL* ssl, const X509* server_certificate) {
  smtp::ChannelBindings bindings;
  if (server_certificate != nullptr) bindings.tls_server_end_point = digest_of(server_certificate);
  // Before 1.3, only the extended master secret ties the keys to this one handshake (RFC 7627).
  const bool newest = SSL_version(ssl) >= TLS1_3_VERSION;
  const bool unique = SSL_get_extms_support(ssl) == 1;
  if (newest || unique) bindings.tls_exporter = exporter(ssl);
  if (!newest && unique) bindings.tls_unique = first_finished(ssl);
  return bindings;
}

}  // namespace

smtp::TlsFacts tls_facts(SSL* ssl) {
  smtp::TlsFacts facts;
  facts.version = SSL_get_version(ssl);
  facts.cipher = SSL_get_cipher_name(ssl);
  facts.resumed = SSL_session_reused(ssl) != 0;
  const crypto::OpensslPtr<X509, X509_free> peer(SSL_get1_peer_certificate(ssl));
  if (peer) {
    facts.verified = (SSL_get_verify_mode(ssl) & SSL_VERIFY_PEER) != 0 && SSL_get_verify_result(ssl) == X509_V_OK;
    facts.peer_subject = name_text(X509_get_subject_name(peer.get()));
    facts.peer_issuer = name_text(X509_get_issuer_name(peer.get()));
    facts.peer_not_after = time_text(X509_get0_notAfter(peer.get()));
  }
  const bool server = SSL_is_server(ssl) != 0;
  if (const char* name = server ? SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name) : nullptr)
    facts.server_name = name;
  facts.bindings = bindings_of(ssl, server ? SSL_get_certificate(ssl) : peer.get());
  return facts;
}

}  // namespace gatepost::net
