#pragma once
#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "gatepost/core/result.hpp"
#include "gatepost/net/client_connection.hpp"
#include "gatepost/smtp/client/session.hpp"

namespace gatepost::net {

using TlsContext = boost::asio::ssl::context;
using SharedTlsContext = std::shared_ptr<TlsContext>;

/// TLS 1.2 and newer, the system's roots and `ca_pem`. One context per set of options is shared by the process.
/// The error says what is wrong with `ca_pem`.
Result<SharedTlsContext, std::string> client_tls_context(const TlsClientOptions& options);

/// What a client demands of the server's certificate, and what it found instead. Lives as long as the handshake.
class PeerCheck {
 public:
  /// SNI and the name to check (RFC 6125; an IP address is checked as such) for a connection to `host`.
  PeerCheck(const TlsClientOptions& options, const std::string& host);
  void install(SSL* ssl);
  /// Why the handshake failed, in words, and what to do about it.
  std::string explain(const boost::system::error_code& error) const;

 private:
  static int on_verify(int ok, X509_STORE_CTX* store);

  bool verify_;
  std::string name_;
  std::string problem_;  // OpenSSL's words on the first certificate that failed
  int problem_code_ = 0;
  std::string names_in_certificate_;
};

smtp::TlsFacts tls_facts(SSL* ssl);

}  // namespace gatepost::net
