#include "bindings.hpp"
#include "gatepost/core/standstill.hpp"
#include "of_one_process.hpp"
#include "without_gil.hpp"

namespace gatepost::bindings {

namespace {

// A handler takes milliseconds; what takes longer than this is left as it is.
constexpr std::chrono::milliseconds patience{1000};

void stand_still_for_ever() { Standstill::process().for_ever(patience); }

}  // namespace

void bind_process(py::module_& m) {
  py::register_exception_translator([](std::exception_ptr pointer) {
    try {
      if (pointer) std::rethrow_exception(pointer);
    } catch (const ForkedException&) {
      const auto type = py::module_::import("gatepost.errors").attr("ForkedError");
      PyErr_SetObject(type.ptr(), type().ptr());
    }
  });
  // Without the GIL: who waits for the end of another thread's fork must not hold it up.
  m.def(
      "before_fork", [] { Standstill::process().begin(patience); }, py::call_guard<WithoutGil>());
  m.def("after_fork_in_parent", [] { Standstill::process().end(); });
  m.def("after_fork_in_child", &Standstill::in_child);
  m.def("keep_for_ever", [](py::object object) { static_cast<void>(object.release()); });
  // Behind the last object of Python's and before what OpenSSL keeps is destroyed: whoever still runs then stops.
  if (Py_AtExit(&stand_still_for_ever) != 0) throw py::value_error("too many functions are called at exit");
}

}  // namespace gatepost::bindings
