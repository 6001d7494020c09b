#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/smtp/server/session_context.hpp"

namespace gatepost::smtp::server {

/// Whether a mechanism of the options can be served on this connection: to this client, with or without TLS, with what
/// the handler knows.
bool can_serve_mechanism(const SessionContext& context, std::string_view name);

/// Those that EHLO announces, in the options' order.
std::vector<std::string> served_mechanisms(const SessionContext& context);

}  // namespace gatepost::smtp::server
