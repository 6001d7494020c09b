#pragma once
#include <openssl/ssl.h>

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "gatepost/crypto/openssl_ptr.hpp"

namespace gatepost::net {

/// The TLS sessions that servers offered to go on with (RFC 8446 §4.6.1, RFC 5077), by server. Safe from any thread.
/// Connections that share a store must demand the same of certificates: a resumed session is not verified again.
class TicketStore : public std::enable_shared_from_this<TicketStore> {
 public:
  /// Makes a client context hand over its sessions.
  static void attach(SSL_CTX* context);
  /// Before the handshake: offers what is kept for `server`, and keeps what it gives. A TLS 1.3 ticket is used once
  /// (RFC 8446 §C.4).
  void use(SSL* ssl, const std::string& server);
  /// After a handshake that failed: nothing kept for `server` is offered again.
  void forget(const std::string& server);

 private:
  using Session = crypto::OpensslPtr<SSL_SESSION, SSL_SESSION_free>;

  static int on_new_session(SSL* ssl, SSL_SESSION* session);
  void keep(const std::string& server, Session session);
  Session take(const std::string& server);

  std::mutex mutex_;
  std::map<std::string, std::deque<Session>> sessions_;
};

}  // namespace gatepost::net
