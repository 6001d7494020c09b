#include "gatepost/net/client_tls.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <tuple>

namespace gatepost::net {

namespace {

using MaybeError = std::string;  // empty: none

/// Adds each certificate of `pem` to the store; false where there is none or one is broken.
bool add_roots(X509_STORE* store, const std::string& pem) {
  const crypto::OpensslPtr<BIO, BIO_free_all> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  int count = 0;
  while (bio) {
    const crypto::OpensslPtr<X509, X509_free> certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (!certificate) break;
    if (X509_STORE_add_cert(store, certificate.get()) != 1) return false;
    ++count;
  }
  const auto last = ERR_peek_last_error();
  const bool ended = ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  return count > 0 && ended;
}

/// Whether OpenSSL's directories of roots hold a file; it reads them only when it looks for an issuer.
bool roots_in_directories() {
  const char* set = std::getenv(X509_get_default_cert_dir_env());
  std::string_view rest = set != nullptr ? set : X509_get_default_cert_dir();
  while (!rest.empty()) {
    const auto colon = std::min(rest.find(':'), rest.size());
    std::error_code error;
    if (!std::filesystem::is_empty(rest.substr(0, colon), error) && !error) return true;
    rest.remove_prefix(std::min(colon + 1, rest.size()));
  }
  return false;
}

MaybeError load_roots(SSL_CTX* native, const TlsClientOptions& options) {
  if (SSL_CTX_set_default_verify_paths(native) != 1) ERR_clear_error();
  auto* store = SSL_CTX_get_cert_store(native);
  const bool system = sk_X509_OBJECT_num(X509_STORE_get0_objects(store)) > 0 || roots_in_directories();
  if (!system && !options.fallback_roots_file.empty() &&
      SSL_CTX_load_verify_file(native, options.fallback_roots_file.c_str()) != 1) {
    ERR_clear_error();
    return "fallback_roots_file " + options.fallback_roots_file + " holds no readable certificate (PEM)";
  }
  if (!options.ca_pem.empty() && !add_roots(store, options.ca_pem)) {
    return "ca_pem holds no readable certificate (PEM)";
  }
  return {};
}

MaybeError show_certificate(TlsContext& context, const TlsClientOptions& options) {
  if (options.certificate_pem.empty() && options.key_pem.empty()) return {};
  boost::system::error_code error;
  context.use_certificate_chain(boost::asio::buffer(options.certificate_pem), error);
  if (error) return "certificate_pem holds no readable certificate (PEM)";
  // OpenSSL's own way to ask for a password is the terminal.
  context.set_password_callback([](std::size_t, TlsContext::password_purpose) { return std::string(); });
  context.use_private_key(boost::asio::buffer(options.key_pem), TlsContext::pem, error);
  if (error) return "key_pem holds no key (PEM, not encrypted) that belongs to certificate_pem";
  return {};
}

MaybeError prepare(ClientTls& tls, const TlsClientOptions& options) {
  auto* native = tls.context.native_handle();
  if (options.min_version != "1.2" && options.min_version != "1.3") {
    return "the minimum TLS version must be 1.2 or 1.3, not '" + options.min_version + "'";
  }
  SSL_CTX_set_min_proto_version(native, options.min_version == "1.3" ? TLS1_3_VERSION : TLS1_2_VERSION);
  // A connection that does nothing for minutes needs no 34 KiB of buffers.
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION);
  if (options.verify) {
    if (auto error = load_roots(native, options); !error.empty()) return error;
  }
  if (auto error = show_certificate(tls.context, options); !error.empty()) return error;
  if (options.resume) {
    tls.tickets = std::make_shared<TicketStore>();
    TicketStore::attach(native);
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<ClientTls>, std::string> client_tls(const TlsClientOptions& options) {
  // The name to check is set for each connection, and part of what tickets are kept by.
  const auto key = std::tuple(options.verify, options.resume, options.min_version, options.ca_pem,
                              options.fallback_roots_file, options.certificate_pem, options.key_pem);
  static std::mutex mutex;
  static std::map<std::remove_const_t<decltype(key)>, std::shared_ptr<ClientTls>> known;
  const std::lock_guard lock(mutex);
  if (const auto found = known.find(key); found != known.end()) return found->second;
  auto tls = std::make_shared<ClientTls>();
  if (auto error = prepare(*tls, options); !error.empty()) return error;
  constexpr std::size_t most_kept = 64;
  if (known.size() >= most_kept) known.clear();
  known.emplace(key, tls);
  return tls;
}

}  // namespace gatepost::net
