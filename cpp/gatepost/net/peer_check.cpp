#include "gatepost/net/peer_check.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>

#include "gatepost/net/certificate_text.hpp"

namespace gatepost::net {

namespace {

bool is_ip(const std::string& name) {
  boost::system::error_code error;
  boost::asio::ip::make_address(name, error);
  return !error;
}

/// Where a PeerCheck hangs on its SSL: Asio owns, and deletes, what stands in slot 0.
int own_slot() {
  static const int slot = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return slot;
}

std::string_view remedy_for(int verify_error) {
  switch (verify_error) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "connect by a name that is in the certificate, or set verify_name";
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

}  // namespace

PeerCheck::PeerCheck(const TlsClientOptions& options, const Target& target)
    : verify_(options.verify),
      name_(options.verify_name.empty() ? target.host : options.verify_name),
      shown_name_(options.verify_name.empty() ? target.shown_host() : options.verify_name),
      min_version_(options.min_version) {}

void PeerCheck::install(SSL* ssl) {
  const bool ip = is_ip(name_);
  if (!ip && !name_.empty()) SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name_.data());
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
    if (auto* leaf = X509_STORE_CTX_get0_cert(store)) {
      self->names_in_certificate_ = host_names(leaf);
      if (self->problem_code_ == X509_V_ERR_CERT_HAS_EXPIRED) {
        self->problem_ += " on " + time_text(X509_get0_notAfter(X509_STORE_CTX_get_current_cert(store)));
      }
    }
  }
  return 0;
}

std::string PeerCheck::explain(const boost::system::error_code& error) const {
  if (problem_code_ != 0) {
    std::string text = "the certificate of " + shown_name_ + " was not accepted: " + problem_;
    const bool mismatch =
        problem_code_ == X509_V_ERR_HOSTNAME_MISMATCH || problem_code_ == X509_V_ERR_IP_ADDRESS_MISMATCH;
    if (mismatch && !names_in_certificate_.empty()) text += " (it is for " + names_in_certificate_ + ")";
    return text + "; " + std::string(remedy_for(problem_code_));
  }
  const std::string text = "TLS with " + shown_name_ + " failed: " + error.message();
  if (error.category() != boost::asio::error::get_ssl_category()) return text;
  switch (ERR_GET_REASON(static_cast<unsigned long>(error.value()))) {
    case SSL_R_WRONG_VERSION_NUMBER:
      return text + "; the server does not speak TLS from the first byte here, try STARTTLS or port 465";
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
      return text + "; the server does not speak TLS " + min_version_ + " or newer";
    default:
      return text;
  }
}

}  // namespace gatepost::net
