#include "gatepost/net/proxy_handshake.hpp"

#include <utility>

#include "gatepost/net/http_connect.hpp"
#include "gatepost/net/socks5.hpp"

namespace gatepost::net {

std::string ProxyHandshake::take_output() { return std::exchange(output_, {}); }

void ProxyHandshake::refuse(std::string why) {
  status_ = Status::refused;
  error_ = std::move(why);
  output_.clear();
}

std::unique_ptr<ProxyHandshake> make_proxy_handshake(const Proxy& proxy, const std::string& host, std::uint16_t port) {
  if (proxy.kind == Proxy::Kind::socks5) return std::make_unique<Socks5>(proxy, host, port);
  return std::make_unique<HttpConnect>(proxy, host, port);
}

}  // namespace gatepost::net
