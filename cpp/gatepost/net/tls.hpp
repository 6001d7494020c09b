#pragma once
#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "gatepost/smtp/tls_facts.hpp"

namespace gatepost::net {

using TlsContext = boost::asio::ssl::context;
using SharedTlsContext = std::shared_ptr<TlsContext>;

/// What a handshake that is over has found out, channel bindings included; client's side or server's.
smtp::TlsFacts tls_facts(SSL* ssl);

}  // namespace gatepost::net
