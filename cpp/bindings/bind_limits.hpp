#pragma once
#include "bindings.hpp"

namespace gatepost::bindings {

/// AccountLimiter and the queue through which a store grants it tokens.
void bind_limits(py::module_& m);

}  // namespace gatepost::bindings
