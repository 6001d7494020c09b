#pragma once
#include <openssl/ssl.h>

#include <boost/system/error_code.hpp>
#include <string>

#include "gatepost/net/client_connection.hpp"

namespace gatepost::net {

/// What a client demands of the server's certificate, and what it found instead. Outlives the handshake.
class PeerCheck {
 public:
  /// SNI and the name to check (RFC 6125; an IP address is checked as such) for a connection to `target`.
  PeerCheck(const TlsClientOptions& options, const Target& target);
  void install(SSL* ssl);
  /// Why the handshake failed, in words, and what to do about it.
  std::string explain(const boost::system::error_code& error) const;
  const std::string& name() const { return name_; }

 private:
  static int on_verify(int ok, X509_STORE_CTX* store);

  bool verify_;
  std::string name_;
  std::string shown_name_;
  std::string min_version_;
  std::string problem_;  // OpenSSL's words on the first certificate that failed
  int problem_code_ = 0;
  std::string names_in_certificate_;
};

}  // namespace gatepost::net
