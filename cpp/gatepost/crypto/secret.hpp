#pragma once
#include <string>
#include <string_view>

namespace gatepost::crypto {

/// Whether both are the same, in a time that depends on their lengths alone.
bool equal_in_constant_time(std::string_view a, std::string_view b);

/// Overwrites `secret` with zeros, which the compiler may not leave out, and empties it.
void cleanse(std::string& secret);

}  // namespace gatepost::crypto
