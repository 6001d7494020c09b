#pragma once
#include <pybind11/pybind11.h>

#include "gatepost/codes/failure.hpp"
#include "gatepost/core/input_error.hpp"
#include "gatepost/core/result.hpp"

namespace gatepost::bindings {

namespace py = pybind11;

/// InputError as a C++ exception on its way to Python's gatepost._core.InputError.
struct InputException {
  InputError error;
};

/// The value, or InputError as the Python exception.
template <class T>
T unwrap(Result<T, InputError> result) {
  if (!result) throw InputException{std::move(result).error()};
  return std::move(result).value();
}

void bind_process(py::module_& m);  ///< what surrounds a fork and the end of the process; ForkedError
void bind_codes(py::module_& m);    ///< RawFailure, classify, ... and InputError
void bind_files(py::module_& m);    ///< open_regular_file
void bind_mime(py::module_& m);     ///< Part, LetterContent, compose, parse, addresses
void bind_merge(py::module_& m);    ///< MergeProgram
void bind_dkim(py::module_& m);     ///< SigningKey, Signer, dkim_sign, dkim_verify
void bind_engine(py::module_& m);   ///< OutcomeQueue, Journal, Engine
void bind_sink(py::module_& m);     ///< Sink, StoredLetter, certificates

}  // namespace gatepost::bindings
