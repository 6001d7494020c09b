#include "gatepost/dkim/verifier.hpp"

#include <utility>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/base64.hpp"
#include "gatepost/dkim/letter_view.hpp"
#include "gatepost/dkim/signature_tags.hpp"

namespace gatepost::dkim {

namespace {

Status status_of(Reason reason) {
  switch (reason) {
    case Reason::none:
      return Status::pass;
    case Reason::body_too_short:
    case Reason::body_hash:
    case Reason::signature:
    case Reason::expired:
      return Status::fail;
    case Reason::testing:
      return Status::neutral;
    case Reason::body_length:
    case Reason::too_many_headers:
    case Reason::too_many_signatures:
    case Reason::key_too_short:
    case Reason::weak_hash:
      return Status::policy;
    case Reason::dns:
      return Status::temperror;
    default:
      return Status::permerror;
  }
}

Verification verify_one(const Field& field, SignatureChecker& checker) {
  Verification result;
  SignatureTags tags;
  result.reason = read_signature(field.value(), tags);
  result.domain = tags.domain;
  result.selector = tags.selector;
  result.identity = tags.identity;
  result.algorithm = tags.algorithm;
  constexpr std::size_t shown = 8;
  result.signature = base64_encode(tags.signature).substr(0, shown);
  KeyFacts facts;
  if (result.reason == Reason::none) result.reason = checker.check_message(field, tags, facts);
  result.key_bits = facts.bits;
  result.testing = facts.testing;
  result.status = status_of(result.reason);
  return result;
}

}  // namespace

std::vector<Verification> verify(std::string_view raw, const TxtLookup& lookup, TimePoint now,
                                 const VerifyLimits& limits) {
  std::string storage;
  const auto letter = split_letter(with_crlf(raw, storage));
  SignatureChecker checker(letter, lookup, now, limits);
  std::vector<Verification> results;
  for (const auto& field : letter.fields) {
    if (!equal_ignoring_case(field.name, "DKIM-Signature")) continue;
    if (results.size() < limits.signatures) {
      results.push_back(verify_one(field, checker));
      continue;
    }
    Verification beyond;
    beyond.reason = Reason::too_many_signatures;
    beyond.status = status_of(beyond.reason);
    results.push_back(std::move(beyond));
    break;
  }
  return results;
}

}  // namespace gatepost::dkim
