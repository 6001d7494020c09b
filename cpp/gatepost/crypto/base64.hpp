#pragma once
#include "gatepost/core/base64.hpp"

namespace gatepost::crypto {

using gatepost::base64_decode;
using gatepost::base64_encode;

}  // namespace gatepost::crypto
