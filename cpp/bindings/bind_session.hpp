#pragma once
#include "bindings.hpp"

namespace gatepost::bindings {

/// SessionFacts, TlsFacts and LetterRequests; called by bind_engine.
void bind_session(py::module_& m);

}  // namespace gatepost::bindings
