#pragma once
#include <pybind11/pybind11.h>

#include <string_view>

namespace gatepost::bindings {

/// Bytes that others wrote (a server's words, a letter's headers) as Python text: bytes that are not UTF-8 become
/// U+FFFD.
inline pybind11::str to_text(std::string_view bytes) {
  return pybind11::reinterpret_steal<pybind11::str>(
      PyUnicode_DecodeUTF8(bytes.data(), static_cast<pybind11::ssize_t>(bytes.size()), "replace"));
}

}  // namespace gatepost::bindings
