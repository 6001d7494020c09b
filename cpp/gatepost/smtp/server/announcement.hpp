#pragma once
#include <string>
#include <vector>

#include "gatepost/smtp/server/session_context.hpp"

namespace gatepost::smtp::server {

/// What EHLO announces to this client now: "\nPIPELINING\nSIZE 1000 ...", a line for each extension but those of the
/// `hidden` keywords.
std::string announcement(const SessionContext& context, const std::vector<std::string>& hidden = {});

}  // namespace gatepost::smtp::server
