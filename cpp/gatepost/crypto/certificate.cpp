#include "gatepost/crypto/certificate.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>

#include "gatepost/crypto/openssl_ptr.hpp"

namespace gatepost::crypto {
namespace {

using Key = OpensslPtr<EVP_PKEY, EVP_PKEY_free>;
using Certificate = OpensslPtr<X509, X509_free>;
using Bio = OpensslPtr<BIO, BIO_free_all>;
using Octets = OpensslPtr<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;

constexpr std::size_t longest_common_name = 64;  // X.520's bound

using Made = Result<CertificatePair, std::string>;

// In place: an aggregate of strings could be made from a string too, so nothing converts by itself.
Made failed(std::string what) { return {boost::system::in_place_error, std::move(what)}; }

Made openssl_error(const char* doing) {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  ERR_clear_error();
  return failed(std::string(doing) + ": " + text.data());
}

Bio reader(const std::string& pem) { return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))); }

std::string content(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

bool set_random_serial(X509* certificate) {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7F) | 0x40);  // positive and never short, RFC 5280 §4.1.2.2
  const OpensslPtr<BIGNUM, BN_free> number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509V3_set_ctx_nodb(&context);
  const OpensslPtr<X509_EXTENSION, X509_EXTENSION_free> extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

// Built as objects, not as "DNS:..." text: a name with a comma must not become two.
bool add_names(X509* certificate, const std::vector<std::string>& names) {
  const OpensslPtr<GENERAL_NAMES, GENERAL_NAMES_free> list(GENERAL_NAMES_new());
  if (!list) return false;
  for (const auto& name : names) {
    OpensslPtr<GENERAL_NAME, GENERAL_NAME_free> entry(GENERAL_NAME_new());
    if (!entry) return false;
    if (Octets ip{a2i_IPADDRESS(name.c_str())}) {
      GENERAL_NAME_set0_value(entry.get(), GEN_IPADD, ip.release());
    } else {
      OpensslPtr<ASN1_IA5STRING, ASN1_IA5STRING_free> dns(ASN1_IA5STRING_new());
      if (!dns || ASN1_STRING_set(dns.get(), name.data(), static_cast<int>(name.size())) != 1) return false;
      GENERAL_NAME_set0_value(entry.get(), GEN_DNS, dns.release());
    }
    if (sk_GENERAL_NAME_push(list.get(), entry.get()) <= 0) return false;
    static_cast<void>(entry.release());  // the list's now
  }
  return X509_add1_ext_i2d(certificate, NID_subject_alt_name, list.get(), 0, X509V3_ADD_DEFAULT) == 1;
}

// All that an authority and a server certificate have in common; unsigned.
Certificate begin(EVP_PKEY* key, const std::string& common_name, std::chrono::hours valid_for) {
  Certificate certificate(X509_new());
  if (!certificate) return nullptr;
  const long seconds = static_cast<long>(std::chrono::seconds(valid_for).count());
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  const bool ok = X509_set_version(certificate.get(), X509_VERSION_3) == 1 && set_random_serial(certificate.get()) &&
                  // Some slack backwards, for peers whose clocks are a little behind.
                  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), std::min(0L, seconds) - 3600) != nullptr &&
                  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), seconds) != nullptr &&
                  X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
                                             reinterpret_cast<const unsigned char*>(common_name.data()),
                                             static_cast<int>(common_name.size()), -1, 0) == 1 &&
                  X509_set_pubkey(certificate.get(), key) == 1;
  return ok ? std::move(certificate) : nullptr;
}

Made finish(X509* certificate, EVP_PKEY* key, EVP_PKEY* signing_key) {
  if (X509_sign(certificate, signing_key, EVP_sha256()) == 0) return openssl_error("signing the certificate");
  const Bio pem(BIO_new(BIO_s_mem()));
  const Bio key_pem(BIO_new(BIO_s_mem()));
  if (!pem || !key_pem || PEM_write_bio_X509(pem.get(), certificate) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(key_pem.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return openssl_error("writing PEM");
  }
  return CertificatePair{content(pem.get()), content(key_pem.get())};
}

/// A certificate that signs nothing itself, with its issuer's behind it.
Made make_leaf(const CertificatePair& authority, const std::string& common_name, const char* purpose,
               const std::vector<std::string>& names, std::chrono::hours valid_for) {
  const Certificate issuer(PEM_read_bio_X509(reader(authority.certificate_pem).get(), nullptr, nullptr, nullptr));
  const Key issuer_key(PEM_read_bio_PrivateKey(reader(authority.key_pem).get(), nullptr, nullptr, nullptr));
  if (!issuer || !issuer_key) return openssl_error("reading the authority");

  const Key key(EVP_EC_gen("P-256"));
  if (!key) return openssl_error("making a key");
  const auto certificate = begin(key.get(), common_name, valid_for);
  if (!certificate) return openssl_error("making a certificate");
  X509* x = certificate.get();
  if (X509_set_issuer_name(x, X509_get_subject_name(issuer.get())) != 1 ||
      !add_extension(x, issuer.get(), NID_basic_constraints, "critical,CA:FALSE") ||
      !add_extension(x, issuer.get(), NID_key_usage, "critical,digitalSignature") ||
      !add_extension(x, issuer.get(), NID_ext_key_usage, purpose) ||
      !add_extension(x, issuer.get(), NID_subject_key_identifier, "hash") ||
      !add_extension(x, issuer.get(), NID_authority_key_identifier, "keyid") ||
      (!names.empty() && !add_names(x, names))) {
    return openssl_error("making a certificate");
  }
  auto made = finish(x, key.get(), issuer_key.get());
  if (made) made->certificate_pem += authority.certificate_pem;
  return made;
}

}  // namespace

Result<CertificatePair, std::string> make_authority(const std::string& common_name, std::chrono::hours valid_for) {
  const Key key(EVP_EC_gen("P-256"));
  if (!key) return openssl_error("making a key");
  const auto certificate = begin(key.get(), common_name, valid_for);
  if (!certificate) return openssl_error("making a certificate");
  X509* x = certificate.get();
  if (X509_set_issuer_name(x, X509_get_subject_name(x)) != 1 ||
      !add_extension(x, x, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
      !add_extension(x, x, NID_key_usage, "critical,keyCertSign,cRLSign") ||
      !add_extension(x, x, NID_subject_key_identifier, "hash")) {
    return openssl_error("making a certificate");
  }
  return finish(x, key.get(), key.get());
}

Result<CertificatePair, std::string> make_server_certificate(const CertificatePair& authority,
                                                             const std::vector<std::string>& names,
                                                             std::chrono::hours valid_for) {
  if (names.empty()) return failed("a server certificate needs at least one name");
  for (const auto& name : names) {
    if (name.empty() || !std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 127; })) {
      return failed("not a DNS name or an IP address: \"" + name + "\"");
    }
  }
  // A common name holds 64 characters; clients look at the alternative names.
  return make_leaf(authority, names.front().substr(0, longest_common_name), "serverAuth", names, valid_for);
}

Result<CertificatePair, std::string> make_client_certificate(const CertificatePair& authority,
                                                             const std::string& common_name,
                                                             std::chrono::hours valid_for) {
  if (common_name.empty() || common_name.size() > longest_common_name) {
    return failed("a client's name has from 1 to 64 characters");
  }
  return make_leaf(authority, common_name, "clientAuth", {}, valid_for);
}

}  // namespace gatepost::crypto
