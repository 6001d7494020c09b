#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/core/clock.hpp"
#include "gatepost/dkim/key_record.hpp"
#include "gatepost/dkim/reason.hpp"
#include "gatepost/dkim/signature_checker.hpp"

namespace gatepost::dkim {

/// What became of one DKIM-Signature of a letter.
struct Verification {
  Status status = Status::permerror;
  Reason reason = Reason::syntax;
  std::string domain;     ///< d=, "" where it could not be read
  std::string selector;   ///< s=
  std::string identity;   ///< i=, or "@" and the domain
  std::string algorithm;  ///< a=
  std::string signature;  ///< the first characters of b=, for header.b of Authentication-Results (RFC 6008)
  unsigned key_bits = 0;
  bool testing = false;  ///< the domain says t=y
};

/// Verifies every DKIM-Signature of `raw`, top to bottom (RFC 6376 §6.1); empty where there is none. `raw` may have LF
/// lines throughout, as files have. Keys are asked of `lookup` once for each selector and domain.
std::vector<Verification> verify(std::string_view raw, const TxtLookup& lookup, TimePoint now,
                                 const VerifyLimits& limits = {});

}  // namespace gatepost::dkim
