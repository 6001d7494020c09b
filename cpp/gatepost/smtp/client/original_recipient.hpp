#pragma once
#include <string>
#include <string_view>

namespace gatepost::smtp {

/// Whether `text` may stand in ORCPT (RFC 3461 §4.2): "type;address", at most 500 bytes of printable ASCII; of the type
/// "utf-8" (RFC 6533 §3) the address may be any UTF-8.
bool is_original_recipient(std::string_view text);

/// " ORCPT=rfc822;a@b", the address as xtext, that of "utf-8" with "\x{20AC}" for what is no plain ASCII. `text` is one
/// that passed above, or empty: then nothing is written.
void append_original_recipient(std::string& out, std::string_view text);

}  // namespace gatepost::smtp
