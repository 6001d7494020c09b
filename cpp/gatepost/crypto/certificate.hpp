#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "gatepost/core/result.hpp"

namespace gatepost::crypto {

struct CertificatePair {
  std::string certificate_pem;  ///< the leaf; with an issuer, followed by the issuer's certificate
  std::string key_pem;          ///< PKCS#8
};

/// A certificate authority made on the spot, valid for `valid_for`. EC P-256.
Result<CertificatePair, std::string> make_authority(const std::string& common_name, std::chrono::hours valid_for);

/// A server certificate for `names` (DNS names and IP addresses) signed by `authority`. A negative `valid_for` makes
/// one that has expired so long ago.
Result<CertificatePair, std::string> make_server_certificate(const CertificatePair& authority,
                                                             const std::vector<std::string>& names,
                                                             std::chrono::hours valid_for);

/// A certificate by which a client shows that it is `common_name` (at most 64 characters), signed by `authority`.
Result<CertificatePair, std::string> make_client_certificate(const CertificatePair& authority,
                                                             const std::string& common_name,
                                                             std::chrono::hours valid_for);

}  // namespace gatepost::crypto
