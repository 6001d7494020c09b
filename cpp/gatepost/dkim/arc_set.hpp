#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/core/result.hpp"
#include "gatepost/dkim/letter_view.hpp"
#include "gatepost/dkim/reason.hpp"

namespace gatepost::dkim {

inline constexpr unsigned most_arc_sets = 50;  // RFC 8617 §4.2.1

/// The three headers that one host added (RFC 8617 §4.1). Views into the letter.
struct ArcSet {
  const Field* results = nullptr;  ///< ARC-Authentication-Results
  const Field* message = nullptr;  ///< ARC-Message-Signature
  const Field* seal = nullptr;     ///< ARC-Seal
};

/// The sets from the first, i=1, to the last; empty where there is none. Reason: chain_incomplete, chain_too_long.
/// `letter` must outlive them.
Result<std::vector<ArcSet>, Reason> arc_sets(const LetterView& letter);

/// The number i= of an ARC header, wherever it stands among the tags; 0 where it has none.
unsigned arc_instance(const Field& field);

/// The highest number on any ARC header, for a host that seals a broken chain; 0 where there is none.
unsigned highest_arc_instance(const LetterView& letter);

/// The value of an ARC-Authentication-Results behind its number: "mx.example.net; spf=pass ...".
std::string_view without_instance(std::string_view value);

/// Appends a set's headers as a seal signs them: canonical, with a CRLF each; the seal itself where `whole`, else
/// without its b= and CRLF.
void append_set(std::string& canonical, const ArcSet& set, bool whole);

}  // namespace gatepost::dkim
