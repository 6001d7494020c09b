#include "gatepost/net/http_connect.hpp"

#include <fmt/format.h>

#include "gatepost/core/base64.hpp"
#include "gatepost/core/text_gate.hpp"

namespace gatepost::net {

namespace {

constexpr std::size_t longest_head = 16 * 1024;

bool fit_for_a_line(std::string_view host) {
  return !host.empty() && host.find_first_of(" \t/?#@") == std::string_view::npos && !check_line("", host);
}

bool head_complete(std::string_view head) { return head.ends_with("\n\r\n") || head.ends_with("\n\n"); }

}  // namespace

HttpConnect::HttpConnect(const Proxy& proxy, const std::string& host, std::uint16_t port)
    : with_login_(!proxy.login.empty()), secrets_({proxy.login, proxy.password, {}, {}, {}, 0}) {
  if (!fit_for_a_line(host)) {
    refuse("the proxy cannot be given the host name " + quoted_for_message(host));
  } else if (proxy.login.find(':') != std::string::npos) {
    refuse("the proxy's login must not contain a colon");
  } else {
    const bool v6 = host.find(':') != std::string::npos;
    const auto target = fmt::format("{}{}{}:{}", v6 ? "[" : "", host, v6 ? "]" : "", port);
    output_ = fmt::format("CONNECT {} HTTP/1.1\r\nHost: {}\r\n", target, target);
    if (with_login_) {
      output_ += "Proxy-Authorization: Basic " + base64_encode(proxy.login + ":" + proxy.password) + "\r\n";
    }
    output_ += "\r\n";
  }
}

std::size_t HttpConnect::receive(std::string_view bytes) {
  std::size_t used = 0;
  while (status_ == Status::more && used < bytes.size()) {
    input_ += bytes[used++];
    if (head_complete(input_)) {
      answered();
    } else if (input_.size() >= longest_head) {
      refuse("the header of the proxy's answer is longer than 16 KiB");
    }
  }
  return used;
}

void HttpConnect::answered() {
  std::string_view line = std::string_view(input_).substr(0, input_.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  const bool http = line.starts_with("HTTP/1.") && line.size() >= 12 && line[8] == ' ';
  if (!http) return refuse("the proxy does not speak HTTP: " + quoted(line));
  const auto code = line.substr(9, 3);
  if (code[0] == '2') {
    status_ = Status::open;
  } else if (code == "407") {
    refuse(with_login_ ? "the proxy refused the login (407)" : "the proxy requires a login (407)");
  } else {
    refuse("the proxy refused the connection: " + quoted(line.substr(9)));
  }
}

/// The proxy's words; it may quote what it was sent.
std::string HttpConnect::quoted(std::string_view words) const {
  return quoted_for_message(secrets_.masked(std::string(words), smtp::SecretMask::Where::in_auth));
}

}  // namespace gatepost::net
