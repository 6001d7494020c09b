#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "gatepost/core/result.hpp"
#include "gatepost/net/listener.hpp"
#include "gatepost/net/tls.hpp"

namespace gatepost::net {

/// A listener's certificates: one for everybody, and those for clients that ask for a name (SNI; "*.example.com" serves
/// one label). A connection holds on to it while it lives, so that a reload changes only those to come.
class ServerTls {
 public:
  /// The error names the option and what is wrong with it.
  static Result<std::shared_ptr<ServerTls>, std::string> make(const ListenOptions& options);

  /// One for a single connection, which shows the verdict's certificate or speaks an old version alone.
  Result<std::shared_ptr<ServerTls>, std::string> with_fault(ListenOptions options,
                                                             const smtp::TlsVerdict& verdict) const;

  ServerTls() = default;
  ServerTls(const ServerTls&) = delete;  // OpenSSL knows where it is
  ServerTls& operator=(const ServerTls&) = delete;

  TlsContext& context() { return context_; }

 private:
  static int on_server_name(SSL* ssl, int* alert, void* self);
  TlsContext* context_for(std::string_view name);

  TlsContext context_{TlsContext::tls_server};
  std::map<std::string, TlsContext, std::less<>> by_name_;  // lower case
};

}  // namespace gatepost::net
