#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "gatepost/core/result.hpp"

namespace gatepost::smtp {

/// What SaslClient::respond() gives. Value and error are both strings, so nothing converts by itself.
using SaslAnswer = Result<std::string, std::string>;

inline SaslAnswer answer(std::string message) { return {boost::system::in_place_value, std::move(message)}; }

/// `fault` says what the server did.
inline SaslAnswer broken(std::string_view mechanism, std::string_view fault) {
  return {boost::system::in_place_error, std::string(mechanism).append(": ").append(fault)};
}

}  // namespace gatepost::smtp
