#include "gatepost/net/socks5.hpp"

#include <fmt/format.h>

#include <boost/asio/ip/address.hpp>

#include "gatepost/core/text_gate.hpp"

namespace gatepost::net {

namespace {

constexpr unsigned char version = 5;
constexpr unsigned char no_login = 0;
constexpr unsigned char by_password = 2;
constexpr std::size_t longest = 255;

std::string bytes_of(std::initializer_list<int> values) {
  std::string bytes;
  for (const int value : values) bytes += static_cast<char>(value);
  return bytes;
}

std::string counted(std::string_view text) { return static_cast<char>(text.size()) + std::string(text); }

template <class Address>
std::string raw(const Address& address) {
  const auto bytes = address.to_bytes();
  return {bytes.begin(), bytes.end()};
}

/// ATYP and DST.ADDR (RFC 1928 §5). A name stays a name: the proxy looks it up.
std::string address_field(const std::string& host) {
  boost::system::error_code no_address;
  const auto address = boost::asio::ip::make_address(host, no_address);
  if (no_address) return bytes_of({3}) + counted(host);
  return address.is_v4() ? bytes_of({1}) + raw(address.to_v4()) : bytes_of({4}) + raw(address.to_v6());
}

std::string_view meaning(unsigned char reply) {
  constexpr std::string_view meanings[] = {"",
                                           "general failure",
                                           "its rules do not allow this connection",
                                           "network unreachable",
                                           "host unreachable",
                                           "connection refused",
                                           "time to live expired",
                                           "it does not support CONNECT",
                                           "it does not support this type of address"};
  return reply < std::size(meanings) ? meanings[reply] : "a code that SOCKS does not define";
}

}  // namespace

Socks5::Socks5(const Proxy& proxy, const std::string& host, std::uint16_t port) {
  if (host.empty() || host.size() > longest || check_line("", host)) {
    refuse("the proxy cannot be given the host name " + quoted_for_message(host));
  } else if (proxy.login.size() > longest || proxy.password.size() > longest) {
    refuse("the proxy's login and password must have at most 255 bytes each");
  } else {
    const bool with_login = !proxy.login.empty();
    if (with_login) login_ = bytes_of({1}) + counted(proxy.login) + counted(proxy.password);
    request_ = bytes_of({version, 1, 0}) + address_field(host) + bytes_of({port >> 8, port & 0xff});
    output_ = with_login ? bytes_of({version, 2, no_login, by_password}) : bytes_of({version, 1, no_login});
  }
}

std::size_t Socks5::wanted() const {
  if (step_ != Step::reply) return 2;
  if (input_.size() < 5) return 5;
  constexpr std::size_t around = 6;  // version, reply, reserved, type; port
  switch (input_[3]) {
    case 1:
      return around + 4;
    case 3:
      return around + 1 + static_cast<unsigned char>(input_[4]);
    case 4:
      return around + 16;
    default:
      return 5;
  }
}

std::size_t Socks5::receive(std::string_view bytes) {
  std::size_t used = 0;
  while (status_ == Status::more && used < bytes.size()) {
    input_ += bytes[used++];
    if (input_.size() == wanted()) answered();
  }
  return used;
}

void Socks5::answered() {
  switch (step_) {
    case Step::method:
      on_method();
      break;
    case Step::login:
      if (input_[1] != 0) return refuse("the proxy refused the login");
      step_ = Step::reply;
      output_ = request_;
      break;
    case Step::reply:
      on_reply();
      break;
  }
  input_.clear();
}

void Socks5::on_method() {
  const auto method = static_cast<unsigned char>(input_[1]);
  if (input_[0] != version) return refuse("the proxy does not speak SOCKS 5");
  if (method == no_login) {
    step_ = Step::reply;
    output_ = request_;
  } else if (method == by_password && !login_.empty()) {
    step_ = Step::login;
    output_ = login_;
  } else {
    refuse(login_.empty() ? "the proxy requires a login" : "the proxy does not accept a login by name and password");
  }
}

void Socks5::on_reply() {
  const auto reply = static_cast<unsigned char>(input_[1]);
  if (input_[0] != version) return refuse("the proxy does not speak SOCKS 5");
  if (reply != 0) return refuse(fmt::format("the proxy refused the connection: {} ({})", meaning(reply), reply));
  if (input_.size() == 5) return refuse("the proxy answered with an unknown type of address");
  status_ = Status::open;
}

}  // namespace gatepost::net
