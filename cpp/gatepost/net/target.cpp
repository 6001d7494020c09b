#include "gatepost/net/target.hpp"

#include <fmt/format.h>

namespace gatepost::net {

std::string in_words(const Target& target) {
  if (!target.unix_path.empty()) return "unix:" + target.unix_path;
  const auto& host = target.shown_host();
  const bool v6 = host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", v6 ? "[" : "", host, v6 ? "]" : "", target.port);
}

}  // namespace gatepost::net
