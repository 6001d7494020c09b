#pragma once
#include <openssl/ssl.h>

#include <boost/asio/ssl/stream.hpp>

#include "gatepost/crypto/certificate.hpp"
#include "gatepost/net/tls.hpp"
#include "raw_server.hpp"

namespace gatepost::net {

/// An SMTP server behind implicit TLS, for a given number of connections one after the other.
class TlsPeer {
 public:
  struct Options {
    crypto::CertificatePair certificate;
    std::string client_ca_pem;  ///< a client certificate by this authority is a must; empty: none is asked for
    int max_version = 0;        ///< 0: the newest
    int connections = 1;
  };

  explicit TlsPeer(const Options& options)
      : tls_(TlsContext::tls_server),
        acceptor_(context_, boost::asio::ip::tcp::endpoint(boost::asio::ip::make_address("127.0.0.1"), 0)) {
    tls_.use_certificate_chain(boost::asio::buffer(options.certificate.certificate_pem));
    tls_.use_private_key(boost::asio::buffer(options.certificate.key_pem), TlsContext::pem);
    auto* native = tls_.native_handle();
    SSL_CTX_set_max_proto_version(native, options.max_version);
    const unsigned char name[] = "peer";
    SSL_CTX_set_session_id_context(native, name, sizeof name);
    if (!options.client_ca_pem.empty()) {
      tls_.add_certificate_authority(boost::asio::buffer(options.client_ca_pem));
      tls_.set_verify_mode(boost::asio::ssl::verify_peer | boost::asio::ssl::verify_fail_if_no_peer_cert);
      SSL_CTX_set_purpose(native, X509_PURPOSE_ANY);
    }
    thread_ = std::thread([this, count = options.connections] {
      for (int i = 0; i < count; ++i) serve();
    });
  }
  ~TlsPeer() { join(); }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  /// What the server's side found out of each handshake that went well, in order. Waits for all connections.
  const std::vector<smtp::TlsFacts>& facts() {
    join();
    return facts_;
  }

 private:
  void join() {
    if (thread_.joinable()) thread_.join();
  }
  void serve() {
    auto socket = acceptor_.accept();
    boost::asio::ssl::stream<boost::asio::ip::tcp::socket&> stream(socket, tls_);
    boost::system::error_code error;
    stream.handshake(boost::asio::ssl::stream_base::server, error);
    if (!error) facts_.push_back(tls_facts(stream.native_handle()));
    for (const char* line : {"220 hello\r\n", "250 me\r\n", "221 bye\r\n"}) {
      if (!error) boost::asio::write(stream, boost::asio::buffer(std::string(line)), error);
      char block[512];
      if (!error) stream.read_some(boost::asio::buffer(block), error);
    }
  }

  boost::asio::io_context context_;
  TlsContext tls_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::vector<smtp::TlsFacts> facts_;
  std::thread thread_;
};

}  // namespace gatepost::net
