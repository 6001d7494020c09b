#pragma once
#include <string>
#include <string_view>

#include "gatepost/smtp/sasl/client.hpp"

namespace gatepost::smtp {

/// What a server said about its refusal, as SaslClient::error_details() gives it: one printable line of at most 1000
/// bytes, without the secrets.
std::string refusal_details(std::string_view said, const SaslIdentity& identity);

}  // namespace gatepost::smtp
