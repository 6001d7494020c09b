#pragma once
#include <string>
#include <string_view>

namespace gatepost::codes {

/// Of a log, a transcript or a bounce, the reply that refused: the last of those with a failure's code, but not one
/// that only follows from another ("503 need RCPT" after a refused recipient). A Diagnostic-Code field (RFC 3464
/// §2.3.6) comes first. Its lines are joined by line ends; texts of one reply, and those without any, come back as they
/// are.
std::string refusing_reply(std::string_view text);

}  // namespace gatepost::codes
