#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/core/clock.hpp"
#include "gatepost/core/input_error.hpp"
#include "gatepost/core/result.hpp"
#include "gatepost/dkim/key_record.hpp"
#include "gatepost/dkim/reason.hpp"
#include "gatepost/dkim/signer.hpp"

namespace gatepost::dkim {

/// cv= of RFC 8617 §4.4.
enum class ChainStatus : std::uint8_t { none, pass, fail };
std::string_view to_string(ChainStatus status);

/// What one host on the way attested.
struct ArcAttestation {
  unsigned instance = 0;               ///< i=, from 1
  std::string domain;                  ///< d= of the seal
  std::string selector;                ///< s= of the seal
  std::string chain;                   ///< cv= of the seal
  std::string authentication_results;  ///< what the host found, as it wrote it
};

/// An Authenticated Received Chain, verified. An answer that the DNS does not give makes it fail, with reason dns.
struct ArcVerification {
  ChainStatus status = ChainStatus::none;
  Reason reason = Reason::none;
  unsigned instance = 0;             ///< the set where it failed; 0: the chain as a whole
  std::string_view part;             ///< "seal" or "message_signature", where one of them failed
  std::vector<ArcAttestation> sets;  ///< from the first; as far as they could be read
};

/// RFC 8617 §5.2. `raw` as for verify().
ArcVerification verify_arc(std::string_view raw, const TxtLookup& lookup, TimePoint now);

/// The three headers to put before `raw`, with their CRLFs (RFC 8617 §5.1). `results`: the value of an
/// Authentication-Results header, on one line. `chain`: what verify_arc() said when the letter came; a chain that
/// failed is sealed as such. Refuses a chain that was sealed as failed, and the 51st set.
Result<std::string, InputError> seal_arc(std::string_view raw, const Signer& signer, std::string_view results,
                                         ChainStatus chain, TimePoint now);

}  // namespace gatepost::dkim
