#pragma once
#include <optional>

#include "gatepost/codes/reply.hpp"

namespace gatepost::codes {

/// The reply that another one quotes ("451 4.4.0 Remote server returned '550 5.1.1 User unknown'", "host mx said: 550
/// ..."), the innermost where quotes stand within quotes: its words say what happened, those around it who passed it
/// on. nullopt where none is quoted, and where the quoted one answers a question about the sender (a callout).
std::optional<Reply> innermost_reply(const Reply& reply);

}  // namespace gatepost::codes
