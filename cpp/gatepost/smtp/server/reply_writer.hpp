#pragma once
#include <string>
#include <string_view>

namespace gatepost::smtp {

/// Appends a reply as it goes over the wire. `text` is "550 5.1.1 No such user"; further lines behind "\n" get the same
/// code, and the same enhanced code where the first has one and they do not. Controls become spaces, so that a text
/// made from untrusted input is still one reply. A text without a code is sent as 550 or 250, after `refused`. With
/// `enhanced` false the enhanced codes are left out (RFC 2034 is not announced).
void append_reply(std::string& out, std::string_view text, bool refused, bool enhanced = true);

}  // namespace gatepost::smtp
