#pragma once
#include <chrono>
#include <string>
#include <string_view>

namespace gatepost::net {

/// The name by which this machine is known to others, for EHLO (RFC 5321 §4.1.1.1): its host name where that has a
/// domain, else the canonical name that the system finds for it; empty where there is none. Looked up once in a
/// process, on a thread of its own; who asks while that goes on waits for at most `patience`, the first time, and gets
/// an empty name if it did not do.
std::string machine_name(std::chrono::milliseconds patience);

/// Whether a name may introduce a machine to others: several labels of letters, digits and hyphens, and not one of
/// those that every machine has ("localhost.localdomain").
bool is_public_name(std::string_view name);

}  // namespace gatepost::net
