#pragma once
#include <pybind11/pybind11.h>

#include "gatepost/engine/engine.hpp"

namespace gatepost::bindings {

/// Engine.add_lane, with all that an account may say (_core.pyi).
void bind_add_lane(pybind11::class_<engine::Engine>& engine);

}  // namespace gatepost::bindings
