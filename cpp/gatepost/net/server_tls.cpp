#include "gatepost/net/server_tls.hpp"

#include <openssl/ssl.h>

namespace gatepost::net {

Result<SharedTlsContext, std::string> server_tls_context(const std::string& certificate_pem,
                                                         const std::string& key_pem) {
  auto context = std::make_shared<TlsContext>(TlsContext::tls_server);
  auto* native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  // A connection that does nothing for minutes needs no 34 KiB of buffers.
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION);
  boost::system::error_code error;
  context->use_certificate_chain(boost::asio::buffer(certificate_pem), error);
  if (error) return "certificate_pem holds no readable certificate: " + error.message();
  context->use_private_key(boost::asio::buffer(key_pem), TlsContext::pem, error);
  if (error) return "key_pem holds no key that belongs to the certificate: " + error.message();
  return context;
}

}  // namespace gatepost::net
