#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "gatepost/core/clock.hpp"
#include "gatepost/dkim/key_record.hpp"
#include "gatepost/dkim/letter_view.hpp"
#include "gatepost/dkim/reason.hpp"
#include "gatepost/dkim/signature_tags.hpp"

namespace gatepost::dkim {

struct VerifyLimits {
  std::size_t signatures = 10;
  std::size_t header_names = 50;
};

/// What the key told, where one was found.
struct KeyFacts {
  unsigned bits = 0;
  bool testing = false;
};

/// The signatures of one letter, with what they share: keys looked up once, bodies hashed once. `letter` and `lookup`
/// must outlive it.
class SignatureChecker {
 public:
  SignatureChecker(const LetterView& letter, const TxtLookup& lookup, TimePoint now, const VerifyLimits& limits = {});

  /// A signature over headers and body: DKIM-Signature, ARC-Message-Signature.
  Reason check_message(const Field& field, const SignatureTags& tags, KeyFacts& facts);
  /// A signature over headers alone: ARC-Seal. `canonical` is what was signed.
  Reason check_seal(const SignatureTags& tags, const std::string& canonical, KeyFacts& facts);

 private:
  const Result<KeyRecord, Reason>& key_of(const SignatureTags& tags);
  Result<KeyRecord, Reason> look_up(const std::string& name) const;
  Result<const KeyRecord*, Reason> usable_key(const SignatureTags& tags, KeyFacts& facts);
  std::string body_hash_of(const SignatureTags& tags, std::uint64_t& length);

  const LetterView& letter_;
  const TxtLookup& lookup_;
  std::uint64_t now_;
  VerifyLimits limits_;
  std::map<std::string, Result<KeyRecord, Reason>> keys_;
  std::map<std::pair<Canonicalization, std::optional<std::uint64_t>>, std::pair<std::string, std::uint64_t>> bodies_;
};

}  // namespace gatepost::dkim
