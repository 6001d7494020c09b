#include "bindings.hpp"

PYBIND11_MODULE(_core, m) {
  m.doc() = "gatepost's C++ core";
  m.attr("version") = GATEPOST_VERSION;
  gatepost::bindings::bind_process(m);
  gatepost::bindings::bind_codes(m);
  gatepost::bindings::bind_files(m);
  gatepost::bindings::bind_mime(m);
  gatepost::bindings::bind_merge(m);
  gatepost::bindings::bind_dkim(m);
  gatepost::bindings::bind_engine(m);
  gatepost::bindings::bind_sink(m);
}
