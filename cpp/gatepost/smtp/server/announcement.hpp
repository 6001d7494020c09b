#pragma once
#include <string>

#include "gatepost/smtp/server/session_context.hpp"

namespace gatepost::smtp::server {

/// What EHLO announces to this client now: "\nPIPELINING\nSIZE 1000 ...", a line for each extension.
std::string announcement(const SessionContext& context);

}  // namespace gatepost::smtp::server
