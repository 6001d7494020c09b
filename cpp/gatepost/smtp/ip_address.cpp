#include "gatepost/smtp/ip_address.hpp"

#include <arpa/inet.h>

#include <array>

namespace gatepost::smtp {

std::optional<std::string> ip_bytes(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  std::array<char, 16> bytes{};
  if (inet_pton(AF_INET, terminated.c_str(), bytes.data()) == 1) return std::string(bytes.data(), 4);
  if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) return std::string(bytes.data(), 16);
  return std::nullopt;
}

std::string ip_text(std::string_view bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), text.data(), text.size());
  return text.data();
}

std::optional<std::string> canonical_ip(std::string_view text) {
  const auto bytes = ip_bytes(text);
  return bytes ? std::optional(ip_text(*bytes)) : std::nullopt;
}

}  // namespace gatepost::smtp
