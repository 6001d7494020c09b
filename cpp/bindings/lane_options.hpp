#pragma once
#include "bindings.hpp"

namespace gatepost::bindings {

/// LaneOptions and what it consists of. Python sets attributes; what they may be, its own option classes check.
void bind_lane_options(py::module_& m);

}  // namespace gatepost::bindings
