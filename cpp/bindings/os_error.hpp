#pragma once
#include <pybind11/pybind11.h>

#include <string>

#include "text.hpp"

namespace gatepost::bindings {

/// Python's OSError, of the class that belongs to the number (PermissionError ...); 0: the system gave none.
[[noreturn]] inline void throw_os_error(const std::string& words, int number) {
  namespace py = pybind11;
  const auto type = py::reinterpret_borrow<py::object>(PyExc_OSError);
  const py::object error = number != 0 ? type(number, to_text(words)) : type(to_text(words));
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error.ptr())), error.ptr());
  throw py::error_already_set();
}

}  // namespace gatepost::bindings
