#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace gatepost::codes {

/// The stage of a delivery at which something happened (requirement M2). `final` is a keyword's neighbour, hence
/// final_.
enum class Phase : std::uint8_t { dns, connect, tls, greeting, ehlo, auth, mail, rcpt, data, final_, bounce, local };

/// "dns", "connect", ..., "final", "bounce", "local".
std::string_view to_string(Phase phase);
std::optional<Phase> parse_phase(std::string_view name);

}  // namespace gatepost::codes
