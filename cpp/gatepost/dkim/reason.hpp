#pragma once
#include <cstdint>
#include <string_view>

namespace gatepost::dkim {

/// What became of a signature (RFC 8601 §2.7.1).
enum class Status : std::uint8_t { none, pass, fail, policy, neutral, temperror, permerror };
std::string_view to_string(Status status);

/// Why, for machines.
enum class Reason : std::uint8_t {
  none,                 ///< it passed
  letter,               ///< the letter's header can be read in two ways
  syntax,               ///< the signature is not a list of tags, or a required tag is missing or malformed
  version,              ///< v= is not 1
  algorithm,            ///< a= is not supported
  canonicalization,     ///< c= is not supported
  query,                ///< q= does not name dns/txt
  identity,             ///< i= is not of the domain d=
  from_not_signed,      ///< h= does not name From
  too_many_headers,     ///< h= has more than 50 names
  too_many_signatures,  ///< beyond the tenth
  expired,              ///< x= has passed
  not_yet_valid,        ///< t= lies in the future, or behind x=
  body_length,          ///< l= leaves a part of the body unsigned
  body_too_short,       ///< l= counts more octets than the body has
  body_hash,            ///< the body is not the one that was signed
  signature,            ///< the header is not the one that was signed, or another key signed it
  key_missing,          ///< nothing is published under the selector
  key_syntax,           ///< the record cannot be read
  key_revoked,          ///< p= is empty
  key_type,             ///< k= is not the algorithm's
  key_hash,             ///< h= of the record does not allow the hash
  key_too_short,        ///< RSA under 1024 bits
  key_ambiguous,        ///< several records under one selector
  service_type,         ///< s= does not allow mail
  testing,              ///< it failed, but the domain only tests (t=y)
  weak_hash,            ///< rsa-sha1, which RFC 8301 forbids
  dns,                  ///< the DNS did not answer
  chain_incomplete,     ///< ARC: a header of a set is missing, doubled or without its number
  chain_too_long,       ///< ARC: more than 50 sets
  chain_value,          ///< ARC: cv= is not "none" in the first set and "pass" in the others
  chain_broken_before   ///< ARC: the last who sealed found the chain broken
};
std::string_view to_string(Reason reason);
/// A sentence for people.
std::string_view explain(Reason reason);

}  // namespace gatepost::dkim
