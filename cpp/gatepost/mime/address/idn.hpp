#pragma once
#include <string>
#include <string_view>

#include "gatepost/core/input_error.hpp"
#include "gatepost/core/result.hpp"

namespace gatepost::mime {

/// A domain in the form that goes on the wire: lower case, A-labels (IDNA 2008, non-transitional), LDH labels of 1 to
/// 63 octets (RFC 1035 §2.3.1). Errors name the label, counted from 1.
Result<std::string, InputError> domain_to_ascii(std::string_view domain);

}  // namespace gatepost::mime
