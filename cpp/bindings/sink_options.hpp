#pragma once
#include <map>
#include <string>

#include "bindings.hpp"
#include "gatepost/net/listener.hpp"

namespace gatepost::bindings {

/// CertificatePair (_core.pyi) as the listener takes it.
net::ServerCertificate server_certificate(const py::dict& pair);
std::map<std::string, net::ServerCertificate> server_certificates(const std::map<std::string, py::dict>& by_name);

/// SinkOptions and what it consists of. Python sets attributes; what they may be, its own option classes check.
void bind_sink_options(py::module_& m);

}  // namespace gatepost::bindings
