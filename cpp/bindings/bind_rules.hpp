#pragma once
#include "bindings.hpp"
#include "gatepost/sink/sink.hpp"
#include "of_one_process.hpp"

namespace gatepost::bindings {

/// SinkRule and SinkCondition.
void bind_rules(py::module_& m);

/// What a Sink does with them, and the state that they look at.
void def_rules(py::class_<sink::Sink, HeldWhereMade<sink::Sink>>& bound);

}  // namespace gatepost::bindings
