#include "gatepost/dkim/reason.hpp"

#include <array>
#include <utility>

namespace gatepost::dkim {

namespace {

constexpr std::array<std::string_view, 7> statuses = {"none",    "pass",      "fail",     "policy",
                                                      "neutral", "temperror", "permerror"};

// In the order of the enumerators.
constexpr std::array<std::pair<std::string_view, std::string_view>, 32> reasons = {{
    {"none", "the signature is good"},
    {"letter",
     "a line of the letter's header is not a header field or holds a lone CR or LF, so readers may disagree about it"},
    {"syntax", "the DKIM-Signature header cannot be read"},
    {"version", "the signature is of a version other than 1"},
    {"algorithm", "the signature's algorithm is neither rsa-sha256 nor ed25519-sha256"},
    {"canonicalization", "the signature's canonicalization is neither simple nor relaxed"},
    {"query", "the signature asks for its key somewhere other than the DNS"},
    {"identity", "the identity i= does not belong to the signing domain"},
    {"from_not_signed", "the signature does not cover From, so it vouches for nobody"},
    {"too_many_headers", "the signature names more than 50 headers"},
    {"too_many_signatures", "the letter has more than 10 signatures"},
    {"expired", "the signature has expired"},
    {"not_yet_valid", "the signature's time lies in the future or after its expiry"},
    {"body_length", "the signature leaves the end of the body unsigned (l=)"},
    {"body_too_short", "the signature covers more of the body than there is (l=)"},
    {"body_hash", "the body was changed after signing"},
    {"signature", "a signed header was changed after signing, or the published key is a different one"},
    {"key_missing", "no key is published under the selector"},
    {"key_syntax", "the published key cannot be read"},
    {"key_revoked", "the key was revoked"},
    {"key_type", "the published key is of a different type than the signature"},
    {"key_hash", "the published key does not allow the signature's hash"},
    {"key_too_short", "the published RSA key has fewer than 1024 bits"},
    {"key_ambiguous", "several keys are published under one selector"},
    {"service_type", "the published key is not for mail"},
    {"testing", "the signature is bad, but its domain says that it is only testing"},
    {"weak_hash", "the signature uses SHA-1, which is no longer accepted (RFC 8301)"},
    {"dns", "the DNS did not answer about the key; try again later"},
    {"chain_incomplete", "a header of the chain is missing, occurs twice or has no number"},
    {"chain_too_long", "the chain has more than 50 sets"},
    {"chain_value", "a seal contradicts the chain before it"},
    {"chain_broken_before", "the last host that sealed the chain had already found it broken"},
}};

}  // namespace

std::string_view to_string(Status status) { return statuses.at(static_cast<std::size_t>(status)); }
std::string_view to_string(Reason reason) { return reasons.at(static_cast<std::size_t>(reason)).first; }
std::string_view explain(Reason reason) { return reasons.at(static_cast<std::size_t>(reason)).second; }

}  // namespace gatepost::dkim
