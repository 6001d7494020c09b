#pragma once
#include <optional>
#include <string_view>

namespace gatepost::smtp {

/// The name of the first header field that holds UTF-8 beyond ASCII as it is (RFC 6532): of the letter, of any of its
/// parts or of a letter within it. Such a letter goes only to servers that offer SMTPUTF8 (RFC 6531 §3.2). Bodies and
/// 8-bit bytes that are no UTF-8 do not count. Line ends of any kind, as the dot encoder mends them. Linear in the
/// letter.
std::optional<std::string_view> find_utf8_field(std::string_view letter);

}  // namespace gatepost::smtp
