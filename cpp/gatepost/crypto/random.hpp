#pragma once
#include <cstddef>
#include <string>

namespace gatepost::crypto {

/// `length` characters of [a-z0-9] from the system's random source; about 5.17 bits each.
std::string random_token(std::size_t length);

}  // namespace gatepost::crypto
