#include "gatepost/net/tls.hpp"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>
#include <map>
#include <mutex>

namespace gatepost::net {

namespace {

template <auto free_function>
struct Freer {
  template <class T>
  void operator()(T* p) const {
    free_function(p);
  }
};

bool is_ip(const std::string& name) {
  boost::system::error_code error;
  boost::asio::ip::make_address(name, error);
  return !error;
}

SharedTlsContext new_context(TlsContext::method method) {
  auto context = std::make_shared<TlsContext>(method);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  // A connection that does nothing for minutes needs no 34 KiB of buffers.
  SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION);
  return context;
}

/// Where a PeerCheck hangs on its SSL: Asio owns, and deletes, what stands in slot 0.
int own_slot() {
  static const int slot = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return slot;
}

/// The names that a certificate was made for, as people read them.
std::string names_of(X509* certificate) {
  std::string names;
  const auto append = [&names](const std::string& name) { names += (names.empty() ? "" : ", ") + name; };
  std::unique_ptr<GENERAL_NAMES, Freer<GENERAL_NAMES_free>> list(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; list && i < sk_GENERAL_NAME_num(list.get()) && i < 8; ++i) {
    const auto* name = sk_GENERAL_NAME_value(list.get(), i);
    if (name->type == GEN_DNS) {
      const auto* text = ASN1_STRING_get0_data(name->d.dNSName);
      std::string dns;
      for (int k = 0; k < ASN1_STRING_length(name->d.dNSName); ++k) {
        dns += text[k] > ' ' && text[k] < 127 ? static_cast<char>(text[k]) : '?';
      }
      append(dns);
    } else if (name->type == GEN_IPADD) {
      const auto* bytes = ASN1_STRING_get0_data(name->d.iPAddress);
      if (ASN1_STRING_length(name->d.iPAddress) == 4) {
        boost::asio::ip::address_v4::bytes_type v4;
        std::copy_n(bytes, v4.size(), v4.begin());
        append(boost::asio::ip::make_address_v4(v4).to_string());
      } else if (ASN1_STRING_length(name->d.iPAddress) == 16) {
        boost::asio::ip::address_v6::bytes_type v6;
        std::copy_n(bytes, v6.size(), v6.begin());
        append(boost::asio::ip::make_address_v6(v6).to_string());
      }
    }
  }
  return names;
}

std::string_view remedy_for(int verify_error) {
  switch (verify_error) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "connect by a name that the certificate bears, or set verify_name";
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "the server's operator has to renew the certificate";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "check this machine's clock";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "if you trust the server's own certificate authority, pass it as ca_pem";
    default:
      return "ask the server's operator";
  }
}

/// Adds each certificate of `pem` to the store; false where there is none or one is broken.
bool add_roots(X509_STORE* store, const std::string& pem) {
  std::unique_ptr<BIO, Freer<BIO_free_all>> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  int count = 0;
  while (bio) {
    std::unique_ptr<X509, Freer<X509_free>> certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (!certificate) break;
    if (X509_STORE_add_cert(store, certificate.get()) != 1) return false;
    ++count;
  }
  const auto last = ERR_peek_last_error();
  const bool ended = ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  return count > 0 && ended;
}

}  // namespace

Result<SharedTlsContext, std::string> client_tls_context(const TlsClientOptions& options) {
  // Reading the roots costs milliseconds; a pool of connections pays once.
  static std::mutex mutex;
  static std::map<std::pair<bool, std::string>, SharedTlsContext> known;
  const std::lock_guard lock(mutex);
  const auto key = std::pair(options.verify, options.ca_pem);
  if (const auto found = known.find(key); found != known.end()) return found->second;

  auto context = new_context(TlsContext::tls_client);
  auto* native = context->native_handle();
  if (options.verify) {
    if (SSL_CTX_set_default_verify_paths(native) != 1) ERR_clear_error();
    if (!options.ca_pem.empty() && !add_roots(SSL_CTX_get_cert_store(native), options.ca_pem)) {
      return std::string("ca_pem holds no readable certificate (PEM)");
    }
  }
  constexpr std::size_t most_kept = 64;
  if (known.size() >= most_kept) known.clear();
  known.emplace(key, context);
  return context;
}

PeerCheck::PeerCheck(const TlsClientOptions& options, const std::string& host)
    : verify_(options.verify), name_(options.verify_name.empty() ? host : options.verify_name) {}

void PeerCheck::install(SSL* ssl) {
  const bool ip = is_ip(name_);
  if (!ip) SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name_.data());
  if (!verify_) {
    SSL_set_verify(ssl, SSL_VERIFY_NONE, nullptr);
    return;
  }
  auto* param = SSL_get0_param(ssl);
  X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  // Without a name to check nothing may pass: an empty one would switch the check off.
  const int set = ip ? X509_VERIFY_PARAM_set1_ip_asc(param, name_.c_str())
                     : X509_VERIFY_PARAM_set1_host(param, name_.c_str(), name_.size());
  if (set != 1 || name_.empty()) X509_VERIFY_PARAM_set1_host(param, "invalid.", 0);
  SSL_set_ex_data(ssl, own_slot(), this);
  SSL_set_verify(ssl, SSL_VERIFY_PEER, &PeerCheck::on_verify);
}

int PeerCheck::on_verify(int ok, X509_STORE_CTX* store) {
  if (ok != 0) return ok;
  auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  if (auto* self = static_cast<PeerCheck*>(SSL_get_ex_data(ssl, own_slot()))) {
    self->problem_code_ = X509_STORE_CTX_get_error(store);
    self->problem_ = X509_verify_cert_error_string(self->problem_code_);
    if (auto* leaf = X509_STORE_CTX_get0_cert(store)) self->names_in_certificate_ = names_of(leaf);
  }
  return 0;
}

std::string PeerCheck::explain(const boost::system::error_code& error) const {
  if (problem_code_ != 0) {
    std::string text = "the certificate of " + name_ + " was not accepted: " + problem_;
    const bool mismatch =
        problem_code_ == X509_V_ERR_HOSTNAME_MISMATCH || problem_code_ == X509_V_ERR_IP_ADDRESS_MISMATCH;
    if (mismatch && !names_in_certificate_.empty()) text += " (it is for " + names_in_certificate_ + ")";
    return text + "; " + std::string(remedy_for(problem_code_));
  }
  std::string text = "TLS with " + name_ + " failed: " + error.message();
  const bool not_tls = error.category() == boost::asio::error::get_ssl_category() &&
                       ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_WRONG_VERSION_NUMBER;
  if (not_tls) text += "; the server does not speak TLS from the first byte here, try STARTTLS or port 465";
  return text;
}

smtp::TlsFacts tls_facts(SSL* ssl) {
  smtp::TlsFacts facts;
  facts.version = SSL_get_version(ssl);
  facts.cipher = SSL_get_cipher_name(ssl);
  return facts;
}

}  // namespace gatepost::net
