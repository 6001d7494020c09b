#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "gatepost/net/client_connection.hpp"

namespace gatepost::net {

/// Asks a proxy for a connection, without a socket: bytes in, bytes and a verdict out. It holds a few KiB at most.
class ProxyHandshake {
 public:
  enum class Status : std::uint8_t {
    more,    ///< write take_output(), then receive()
    open,    ///< what follows is between us and the server
    refused  ///< error() says why
  };
  virtual ~ProxyHandshake() = default;
  /// Bytes to write now; may be empty.
  std::string take_output();
  /// How many of `bytes` belonged to the handshake; those behind are the server's.
  virtual std::size_t receive(std::string_view bytes) = 0;
  Status status() const { return status_; }
  /// "the proxy refused the login"; holds no secret.
  const std::string& error() const { return error_; }

 protected:
  void refuse(std::string why);

  std::string output_;
  Status status_ = Status::more;

 private:
  std::string error_;
};

/// The handshake that `proxy` speaks, for a connection to `host`: a name (which the proxy looks up) or an IP address.
/// What cannot be sent (a control character, a login that is too long) is refused at once.
std::unique_ptr<ProxyHandshake> make_proxy_handshake(const Proxy& proxy, const std::string& host, std::uint16_t port);

}  // namespace gatepost::net
