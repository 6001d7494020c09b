#include <string>

#include "bindings.hpp"
#include "gatepost/core/regular_file.hpp"
#include "os_error.hpp"
#include "without_gil.hpp"

namespace gatepost::bindings {

namespace {

int open_regular_file(const std::string& path) {
  auto file = [&] {
    const WithoutGil without;
    return gatepost::open_regular_file(path);
  }();
  if (file) return file->release();
  if (file.error().number != 0) throw_os_error(file.error().message, file.error().number);
  throw InputException{{"", file.error().message}};
}

}  // namespace

void bind_files(py::module_& m) {
  using py::literals::operator""_a;
  m.def("open_regular_file", &open_regular_file, "path"_a);
}

}  // namespace gatepost::bindings
