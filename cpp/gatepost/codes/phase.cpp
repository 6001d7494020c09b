#include "gatepost/codes/phase.hpp"

#include <array>

namespace gatepost::codes {
namespace {

constexpr std::array<std::string_view, 12> names = {"dns",  "connect", "tls",  "greeting", "ehlo",   "auth",
                                                    "mail", "rcpt",    "data", "final",    "bounce", "local"};

}  // namespace

std::string_view to_string(Phase phase) { return names.at(static_cast<std::size_t>(phase)); }

std::optional<Phase> parse_phase(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<Phase>(i);
  }
  return std::nullopt;
}

}  // namespace gatepost::codes
