#pragma once
#include <string_view>

namespace gatepost::smtp {

// Replies that several parts of the server give.
inline constexpr std::string_view too_large_reply = "552 5.3.4 Message size exceeds the maximum";
inline constexpr std::string_view unknown_parameter_reply = "555 5.5.4 Unsupported parameter";
inline constexpr std::string_view bare_newline_reply =
    "550 5.5.2 Bare CR or LF in the letter; lines end with CRLF alone";
inline constexpr std::string_view nul_reply = "550 5.5.2 NUL in the letter";
inline constexpr std::string_view no_decision_reply = "451 4.3.0 No decision now; try again later";

}  // namespace gatepost::smtp
