#pragma once
#include "gatepost/net/proxy_handshake.hpp"
#include "gatepost/smtp/sasl/secret_mask.hpp"

namespace gatepost::net {

/// A tunnel by HTTP's CONNECT (RFC 9110 §9.3.6, RFC 9112), logged in by Basic (RFC 7617) where there is a login.
class HttpConnect final : public ProxyHandshake {
 public:
  HttpConnect(const Proxy& proxy, const std::string& host, std::uint16_t port);
  std::size_t receive(std::string_view bytes) override;

 private:
  void answered();

  std::string quoted(std::string_view words) const;

  bool with_login_;
  smtp::SecretMask secrets_;
  std::string input_;  // the head of the answer, at most 16 KiB
};

}  // namespace gatepost::net
