#pragma once
#include <cxxabi.h>
#include <pybind11/pybind11.h>
#include <unistd.h>

#include "gatepost/core/standstill.hpp"

namespace gatepost::bindings {

/// While it lives this thread does without the GIL. Where the interpreter ends meanwhile, the thread stays behind for
/// ever: Python would end it by an exception that no destructor lets through, and std::terminate.
class WithoutGil {
 public:
  WithoutGil() : state_(PyEval_SaveThread()) {}
  ~WithoutGil() { take_back(); }
  WithoutGil(const WithoutGil&) = delete;
  WithoutGil& operator=(const WithoutGil&) = delete;

  /// Takes the GIL for a moment: whether a signal's handler has raised (Ctrl-C). The error is Python's current one
  /// then. Not while a lock is held.
  bool interrupted() {
    take_back();
    const bool raised = PyErr_CheckSignals() != 0;
    state_ = PyEval_SaveThread();
    return raised;
  }

 private:
  void take_back() {
    try {
      PyEval_RestoreThread(state_);
    } catch (const abi::__forced_unwind&) {
      for (;;) ::pause();
    }
  }

  PyThreadState* state_;
};

/// The same around work of libraries (OpenSSL, GMime), which may hold locks of theirs: fork and the end of the process
/// wait for it.
class WorkWithoutGil : WithoutGil {
  Standstill::Work work_;
};

}  // namespace gatepost::bindings
