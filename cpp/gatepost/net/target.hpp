#pragma once
#include <cstdint>
#include <string>

namespace gatepost::net {

/// One place where a server listens.
struct Target {
  std::string host;
  std::uint16_t port = 25;
  std::string unix_path{};  ///< a Unix socket instead of host and port
};

/// "mx.example.com:25", "[::1]:25", "unix:/run/lmtp".
std::string in_words(const Target& target);

}  // namespace gatepost::net
