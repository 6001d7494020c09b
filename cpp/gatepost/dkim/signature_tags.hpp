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

/// `tags` gets what could be read even where the result is a reason to reject.
Reason read_signature(std::string_view value, SignatureTags& tags);

/// "rsa-sha256" and its kin; false where it is none.
bool read_algorithm(std::string_view name, SignatureTags& tags);

}  // namespace gatepost::dkim
