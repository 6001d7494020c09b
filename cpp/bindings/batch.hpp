#pragma once
#include <vector>

#include "bindings.hpp"
#include "gatepost/engine/outcome.hpp"

namespace gatepost::bindings {

/// Outcomes as columns of equal length, one row per letter and recipient (the Batch of _core.pyi).
py::dict to_batch(const std::vector<engine::Outcome>& outcomes);

}  // namespace gatepost::bindings
