#pragma once
#include <cstdint>
#include <string>

namespace gatepost::net {

/// One place where a server listens.
struct Target {
  std::string host;
  std::uint16_t port = 25;
  std::string unix_path{};  ///< a Unix socket instead of host and port
  std::string shown{};      ///< the host as people write it ("почта.рф"); empty: the same

  const std::string& shown_host() const { return shown.empty() ? host : shown; }
};

/// "mx.example.com:25", "[::1]:25", "unix:/run/lmtp".
std::string in_words(const Target& target);

}  // namespace gatepost::net
