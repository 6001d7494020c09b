#pragma once
#include <string>

#include "gatepost/core/result.hpp"
#include "gatepost/net/tls.hpp"

namespace gatepost::net {

/// TLS 1.2 and newer with this certificate chain and key (PEM). The error says which of the two is wrong.
Result<SharedTlsContext, std::string> server_tls_context(const std::string& certificate_pem,
                                                         const std::string& key_pem);

}  // namespace gatepost::net
