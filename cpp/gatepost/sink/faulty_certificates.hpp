#pragma once
#include <map>
#include <string>
#include <vector>

#include "gatepost/net/listener.hpp"
#include "gatepost/smtp/server/handler.hpp"

namespace gatepost::sink {

/// Certificates that no client should accept, made when first asked for. On one thread.
class FaultyCertificates {
 public:
  /// `authority` signs them, so that the fault is the only one; empty: one of their own. `names`: whose they would be.
  FaultyCertificates(net::ServerCertificate authority, std::vector<std::string> names)
      : authority_(std::move(authority)), names_(std::move(names)) {}

  smtp::TlsVerdict verdict(smtp::TlsFault fault);

 private:
  net::ServerCertificate make(smtp::TlsFault fault);

  net::ServerCertificate authority_;
  std::vector<std::string> names_;
  std::map<smtp::TlsFault, net::ServerCertificate> made_;
};

}  // namespace gatepost::sink
