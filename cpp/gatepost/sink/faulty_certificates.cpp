#include "gatepost/sink/faulty_certificates.hpp"

#include <chrono>
#include <utility>

#include "gatepost/crypto/certificate.hpp"

namespace gatepost::sink {

using smtp::TlsFault;

namespace {
constexpr std::chrono::hours a_day{24};
}

smtp::TlsVerdict FaultyCertificates::verdict(TlsFault fault) {
  if (fault != TlsFault::expired && fault != TlsFault::wrong_name && fault != TlsFault::self_signed)
    return {fault, {}, {}};
  auto found = made_.find(fault);
  if (found == made_.end()) found = made_.emplace(fault, make(fault)).first;
  return {fault, found->second.certificate_pem, found->second.key_pem};
}

/// Empty where OpenSSL cannot: then the handshake has the listener's own.
net::ServerCertificate FaultyCertificates::make(TlsFault fault) {
  if (fault == TlsFault::self_signed || authority_.certificate_pem.empty()) {
    const auto authority = crypto::make_authority(names_.front(), a_day);
    if (!authority) return {};
    if (fault == TlsFault::self_signed) return {authority->certificate_pem, authority->key_pem};
    authority_ = {authority->certificate_pem, authority->key_pem};
  }
  const bool expired = fault == TlsFault::expired;
  const auto pair = crypto::make_server_certificate({authority_.certificate_pem, authority_.key_pem},
                                                    expired ? names_ : std::vector<std::string>{"another.invalid"}, expired ? -a_day : a_day);
  return pair ? net::ServerCertificate{pair->certificate_pem, pair->key_pem} : net::ServerCertificate{};
}

}  // namespace gatepost::sink
