#pragma once
#include <cstdint>

namespace gatepost::smtp::server {

/// What an operation says of itself after each step.
enum class Continuation : std::uint8_t {
  done,    ///< the next line is a command again
  goes_on  ///< the input that comes next is the operation's
};

}  // namespace gatepost::smtp::server
