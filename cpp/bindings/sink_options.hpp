#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "gatepost/net/listener.hpp"

namespace gatepost::bindings {

// Options of a sink that come by name. InputException names the option and what there is.

/// Those of AUTH that a server can serve.
void check_mechanisms(const std::vector<std::string>& names);
/// Of smtp::ServerLimits, and sessions_per_address.
void set_limits(net::ListenOptions& options, const std::map<std::string, std::uint64_t>& limits);
/// command, letter and write, in seconds.
void set_deadlines(net::ListenOptions& options, const std::map<std::string, double>& seconds);
/// Names of smtp::Leniency; "-name" makes one strict.
void set_leniency(smtp::Leniency& leniency, const std::vector<std::string>& names);
/// EHLO keywords that are not announced, and not served.
void leave_out(smtp::ServerExtensions& extensions, const std::vector<std::string>& keywords);

}  // namespace gatepost::bindings
