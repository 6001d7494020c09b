#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/core/result.hpp"
#include "gatepost/crypto/keys.hpp"
#include "gatepost/dkim/canonical.hpp"
#include "gatepost/dkim/reason.hpp"

namespace gatepost::dkim {

/// A DKIM-Signature as read (RFC 6376 §3.5). Views into the field.
struct SignatureTags {
  std::string_view domain;
  std::string_view selector;
  std::string identity;
  std::string_view algorithm;
  crypto::KeyType key_type = crypto::KeyType::rsa;
  crypto::Digest digest = crypto::Digest::sha256;
  Canonicalization header = Canonicalization::simple;
  Canonicalization body = Canonicalization::simple;
  std::vector<std::string_view> names;  ///< h=
  std::string body_hash;                ///< bh=, raw
  std::string signature;                ///< b=, raw
  std::optional<std::uint64_t> body_length;
  std::optional<std::uint64_t> signed_at;
  std::optional<std::uint64_t> expires_at;
};

/// A DKIM-Signature. `tags` gets what could be read even where the result is a reason to reject.
Reason read_signature(std::string_view value, SignatureTags& tags);

/// An ARC-Message-Signature: the same without v=, and i= is its set (RFC 8617 §4.1.2).
Reason read_arc_signature(std::string_view value, SignatureTags& tags);

/// An ARC-Seal (RFC 8617 §4.1.3).
struct SealTags {
  SignatureTags signature;  ///< a=, b=, d=, s= alone
  std::string_view chain;   ///< cv=
};
Reason read_seal(std::string_view value, SealTags& seal);

}  // namespace gatepost::dkim
