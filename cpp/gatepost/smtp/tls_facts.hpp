#pragma once
#include <string>

namespace gatepost::smtp {

/// What ties an authentication to the TLS connection it runs on: raw bytes, empty where there is none.
struct ChannelBindings {
  std::string tls_exporter;          ///< RFC 9266: TLS 1.3, and 1.2 with the extended master secret
  std::string tls_unique;            ///< RFC 5929: TLS 1.2 alone
  std::string tls_server_end_point;  ///< RFC 5929: the digest of the server's certificate
};

/// What the TLS handshake found out.
struct TlsFacts {
  std::string version;  ///< "TLSv1.3"
  std::string cipher;
  bool resumed = false;          ///< an earlier session went on: no certificate was sent
  bool verified = false;         ///< the peer's certificate was checked and found good
  std::string peer_subject{};    ///< of the peer's certificate, "CN=mx.example.com"; empty where it showed none
  std::string peer_issuer{};     ///< "CN=R11,O=Let's Encrypt,C=US"
  std::string peer_not_after{};  ///< "2027-02-03T10:11:12Z"
  std::string server_name{};     ///< server side: the name that the client asked for (SNI), or ""
  ChannelBindings bindings{};
};

}  // namespace gatepost::smtp
