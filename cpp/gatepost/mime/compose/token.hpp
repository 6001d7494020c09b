#pragma once
#include <string>

namespace gatepost::mime {

/// 26 characters of [a-z2-7] from 128 bits of the system's random source.
std::string random_token();

}  // namespace gatepost::mime
