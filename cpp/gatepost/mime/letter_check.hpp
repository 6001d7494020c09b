#pragma once
#include <optional>

#include "gatepost/core/input_error.hpp"
#include "gatepost/mime/compose.hpp"

namespace gatepost::mime {

/// Everything that compose() refuses, checked before a byte is written.
std::optional<InputError> check_letter(const LetterContent& content);

}  // namespace gatepost::mime
