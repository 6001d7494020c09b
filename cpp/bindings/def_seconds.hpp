#pragma once
#include "seconds.hpp"

namespace gatepost::bindings {

/// A member that Python reads and sets in seconds.
template <class Owner>
void def_seconds(py::class_<Owner>& bound, const char* name, std::chrono::milliseconds Owner::*member) {
  bound.def_property(
      name, [member](const Owner& self) { return std::chrono::duration<double>(self.*member).count(); },
      [member, name](Owner& self, double seconds) { self.*member = from_seconds(seconds, name); });
}

}  // namespace gatepost::bindings
