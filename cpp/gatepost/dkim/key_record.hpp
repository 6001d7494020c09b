#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/core/result.hpp"
#include "gatepost/crypto/keys.hpp"
#include "gatepost/dkim/reason.hpp"

namespace gatepost::dkim {

/// What the DNS said about the TXT records of a name.
struct TxtAnswer {
  enum class Status : std::uint8_t { found, none, temporary_error };
  Status status = Status::none;
  std::vector<std::string> records;  ///< each with its strings joined
};
/// Asked for "selector._domainkey.example.com".
using TxtLookup = std::function<TxtAnswer(const std::string& name)>;

/// A key as a domain publishes it (RFC 6376 §3.6.1).
struct KeyRecord {
  crypto::VerifyingKey key;
  std::vector<std::string> hashes;  ///< h=; empty: all
  bool testing = false;             ///< t=y
  bool same_domain = false;         ///< t=s: i= must be of the domain itself
};

/// Whether a record has version DKIM1 or no version: one that begins with another v=, such as SPF's, is not a key.
bool may_be_key(std::string_view record);

/// Reads a record. Reason: key_syntax, key_revoked, key_type, service_type, hash ... and never none.
Result<KeyRecord, Reason> parse_key_record(std::string_view record);

/// The record to publish: "v=DKIM1; k=rsa; p=...".
std::string key_record_text(const crypto::SigningKey& key);
/// The same as a zone file wants it: strings of at most 255 octets in quotes, "(...)" around where there are several.
std::string zone_file_value(std::string_view record);

}  // namespace gatepost::dkim
