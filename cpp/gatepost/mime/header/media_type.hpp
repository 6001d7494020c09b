#pragma once
#include <string>
#include <string_view>

#include "gatepost/core/input_error.hpp"
#include "gatepost/core/result.hpp"

namespace gatepost::mime {

/// Checks a caller's "type/subtype; parameter=value" (RFC 2045 §5.1, names of up to 127 octets by RFC 6838 §4.2) and
/// gives it as a header shows it, a parameter a line. Composite types other than message/rfc822 and the parameters we write ourselves (name, boundary) are refused.
Result<std::string, InputError> check_media_type(std::string_view type);

}  // namespace gatepost::mime
