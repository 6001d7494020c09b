#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace gatepost::smtp {

/// An IP address in network order: 4 bytes for IPv4, 16 for IPv6. nullopt where `text` is not an IP address.
std::optional<std::string> ip_bytes(std::string_view text);
/// The address in its usual spelling, from 4 or 16 bytes.
std::string ip_text(std::string_view bytes);
/// "192.0.2.1" or "2001:db8::1" in its usual spelling; nullopt where `text` is not an IP address.
std::optional<std::string> canonical_ip(std::string_view text);

}  // namespace gatepost::smtp
