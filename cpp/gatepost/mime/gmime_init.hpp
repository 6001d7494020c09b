#pragma once

namespace gatepost::mime {

/// Starts GMime once for the process; it is never shut down, since other threads may hold objects of it.
void ensure_gmime();

}  // namespace gatepost::mime
