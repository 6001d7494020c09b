#pragma once
#include "gatepost/net/proxy_handshake.hpp"

namespace gatepost::net {

/// CONNECT by SOCKS version 5 (RFC 1928), logged in by name and password where there are any (RFC 1929).
class Socks5 final : public ProxyHandshake {
 public:
  Socks5(const Proxy& proxy, const std::string& host, std::uint16_t port);
  std::size_t receive(std::string_view bytes) override;

 private:
  enum class Step : std::uint8_t { method, login, reply };
  /// How long the answer is that we wait for, as far as its first bytes tell.
  std::size_t wanted() const;
  void answered();
  void on_method();
  void on_reply();

  Step step_ = Step::method;
  std::string input_;
  std::string login_;    // the message of RFC 1929; empty: none
  std::string request_;  // CONNECT
};

}  // namespace gatepost::net
