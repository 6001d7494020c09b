#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "bindings.hpp"

namespace gatepost::bindings {

/// A letter's bytes where the engine can take them without a copy of Python's.
struct LetterBytes {
  std::shared_ptr<const std::string> data;
};

/// The bytes of a `bytes` or a LetterBytes; the caller's reference keeps them. TypeError for anything else.
inline std::string_view bytes_of(const py::handle& raw) {
  if (py::isinstance<LetterBytes>(raw)) return *raw.cast<const LetterBytes&>().data;
  if (!py::isinstance<py::bytes>(raw)) throw py::type_error("a letter's bytes are expected");
  return py::reinterpret_borrow<py::bytes>(raw);
}

/// The same to keep: shared with a LetterBytes, copied from `bytes`.
inline std::shared_ptr<const std::string> shared_bytes(const py::handle& raw) {
  if (py::isinstance<LetterBytes>(raw)) return raw.cast<const LetterBytes&>().data;
  return std::make_shared<const std::string>(bytes_of(raw));
}

}  // namespace gatepost::bindings
