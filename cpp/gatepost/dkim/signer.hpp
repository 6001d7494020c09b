#pragma once
#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/core/clock.hpp"
#include "gatepost/core/input_error.hpp"
#include "gatepost/core/result.hpp"
#include "gatepost/crypto/keys.hpp"
#include "gatepost/dkim/canonical.hpp"

namespace gatepost::dkim {

struct SignerOptions {
  std::string domain;    ///< d=, wire form (A-labels)
  std::string selector;  ///< s=
  std::string identity;  ///< i=; empty: left out
  Canonicalization header = Canonicalization::relaxed;
  Canonicalization body = Canonicalization::relaxed;
  std::optional<std::chrono::seconds> valid_for;  ///< x=; nullopt: no expiry
};

/// One domain's key with all that signing by it needs. Immutable; shared by threads and letters.
class Signer {
 public:
  /// Refuses a domain or selector that is no DNS name, an identity of another domain, an RSA key under 1024 bits.
  static Result<std::shared_ptr<const Signer>, InputError> make(SignerOptions options, crypto::SigningKey key);

  const SignerOptions& options() const { return options_; }
  const crypto::SigningKey& key() const { return key_; }
  std::string_view algorithm() const;  ///< a=

 private:
  Signer(SignerOptions options, crypto::SigningKey key) : options_(std::move(options)), key_(std::move(key)) {}
  SignerOptions options_;
  crypto::SigningKey key_;
};

using Signers = std::vector<std::shared_ptr<const Signer>>;

/// The hashes of one body as bh= holds them, by canonicalization; "": not computed yet.
using BodyHashes = std::array<std::string, 2>;

/// The DKIM-Signature fields to put before `raw` (with their CRLFs), one for each signer, in one pass over the body for
/// each canonicalization. `raw` has CRLF lines. From must stand in it exactly once (RFC 6376 §5.4, RFC 5322 §3.6).
/// names_to_sign() says which headers are signed. No l= ever. `hashes`: of this letter's very body, where others share
/// it; those that lack are added.
Result<std::string, InputError> sign(std::string_view raw, const Signers& signers, TimePoint now,
                                     BodyHashes* hashes = nullptr);

/// The hash of a body, as bh= holds it.
std::string body_hash(std::string_view body, Canonicalization canonicalization);

/// As t= and x= hold it.
std::string seconds_since_epoch(TimePoint time);

}  // namespace gatepost::dkim
