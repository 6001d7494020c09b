#include "gatepost/net/server_tls.hpp"

#include <openssl/ssl.h>

#include <algorithm>

#include "gatepost/core/ascii.hpp"

namespace gatepost::net {

namespace {

/// "" or what is wrong.
std::string prepare(TlsContext& context, const ServerCertificate& certificate, const ListenOptions& options) {
  if (options.min_tls != "1.2" && options.min_tls != "1.3") return "min_tls must be 1.2 or 1.3";
  auto* native = context.native_handle();
  SSL_CTX_set_min_proto_version(native, options.min_tls == "1.3" ? TLS1_3_VERSION : TLS1_2_VERSION);
  // A connection that does nothing for minutes needs no 34 KiB of buffers.
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION);
  // Without a name of their own, sessions of clients that showed a certificate cannot go on.
  constexpr std::string_view session_id_context = "gatepost";
  SSL_CTX_set_session_id_context(native, reinterpret_cast<const unsigned char*>(session_id_context.data()),
                                 static_cast<unsigned>(session_id_context.size()));
  boost::system::error_code error;
  context.use_certificate_chain(boost::asio::buffer(certificate.certificate_pem), error);
  if (error) return "certificate_pem holds no readable certificate: " + error.message();
  context.use_private_key(boost::asio::buffer(certificate.key_pem), TlsContext::pem, error);
  if (error) return "key_pem holds no key that belongs to the certificate: " + error.message();
  if (options.client_ca_pem.empty()) return {};
  context.add_certificate_authority(boost::asio::buffer(options.client_ca_pem), error);
  if (error) return "client_ca_pem holds no readable certificate: " + error.message();
  SSL_CTX_set_verify(native, SSL_VERIFY_PEER, nullptr);
  return {};
}

}  // namespace

Result<std::shared_ptr<ServerTls>, std::string> ServerTls::make(const ListenOptions& options) {
  auto tls = std::make_shared<ServerTls>();
  if (auto fault = prepare(tls->context_, options.certificate, options); !fault.empty()) return fault;
  for (const auto& [name, certificate] : options.certificates_by_name) {
    auto& context = tls->by_name_.try_emplace(lower(name), TlsContext::tls_server).first->second;
    if (const auto fault = prepare(context, certificate, options); !fault.empty()) {
      return "certificates_by_name[" + name + "]: " + fault;
    }
  }
  if (!tls->by_name_.empty()) {
    auto* native = tls->context_.native_handle();
    // What SSL_CTX_set_tlsext_servername_callback() stands for; the macro has C's casts.
    SSL_CTX_callback_ctrl(native, SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
                          reinterpret_cast<void (*)()>(&ServerTls::on_server_name));
    SSL_CTX_ctrl(native, SSL_CTRL_SET_TLSEXT_SERVERNAME_ARG, 0, tls.get());
  }
  return tls;
}

Result<std::shared_ptr<ServerTls>, std::string> ServerTls::with_fault(ListenOptions options,
                                                                      const smtp::TlsVerdict& verdict) const {
  options.certificates_by_name.clear();
  if (!verdict.certificate_pem.empty()) options.certificate = {verdict.certificate_pem, verdict.key_pem};
  auto made = make(options);
  if (!made || verdict.fault != smtp::TlsFault::old_version) return made;
  auto* native = (*made)->context_.native_handle();
  SSL_CTX_set_security_level(native, 0);  // above it OpenSSL does not speak TLS 1.1 at all
  SSL_CTX_set_min_proto_version(native, TLS1_VERSION);
  SSL_CTX_set_max_proto_version(native, TLS1_1_VERSION);
  return made;
}

int ServerTls::on_server_name(SSL* ssl, int*, void* self) {
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (name == nullptr) return SSL_TLSEXT_ERR_NOACK;
  auto* context = static_cast<ServerTls*>(self)->context_for(lower(name));
  if (context == nullptr) return SSL_TLSEXT_ERR_NOACK;  // a name that nobody has gets the certificate of all
  return SSL_set_SSL_CTX(ssl, context->native_handle()) != nullptr ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

TlsContext* ServerTls::context_for(std::string_view name) {
  auto found = by_name_.find(name);
  if (const auto dot = name.find('.'); found == by_name_.end() && dot != std::string_view::npos) {
    found = by_name_.find(std::string("*").append(name.substr(dot)));
  }
  return found != by_name_.end() ? &found->second : nullptr;
}

}  // namespace gatepost::net
