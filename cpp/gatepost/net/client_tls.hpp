#pragma once
#include <memory>
#include <string>

#include "gatepost/core/result.hpp"
#include "gatepost/net/client_connection.hpp"
#include "gatepost/net/ticket_store.hpp"
#include "gatepost/net/tls.hpp"

namespace gatepost::net {

/// What client connections with the same TlsClientOptions share.
struct ClientTls {
  TlsContext context{TlsContext::tls_client};
  std::shared_ptr<TicketStore> tickets;  ///< null: sessions do not go on
};

/// One for each set of options in this process, since reading the roots costs milliseconds. The error names the option
/// that cannot be used.
Result<std::shared_ptr<ClientTls>, std::string> client_tls(const TlsClientOptions& options);

}  // namespace gatepost::net
