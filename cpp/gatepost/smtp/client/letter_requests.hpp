#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gatepost/core/clock.hpp"

namespace gatepost::smtp {

/// When a delivery status notification is wanted (RFC 3461 §4.1).
struct DsnNotify {
  bool never = false;  ///< excludes the others
  bool success = false;
  bool failure = false;
  bool delay = false;
};

/// A time by which a letter is to be delivered (RFC 2852).
struct DeliverBy {
  enum class Mode : std::uint8_t { notify, return_ };
  std::int32_t seconds = 0;  ///< return_: more than 0
  Mode mode = Mode::notify;
  bool trace = false;
};

/// What a letter asks of the server besides being delivered. Most letters ask for nothing.
///
/// Where the server does not offer the extension: dsn, priority and deliver_by in mode notify are left out and the
/// transcript says so; the others refuse the letter with feature_unsupported, since it must not go without them.
struct LetterRequests {
  enum class Return : std::uint8_t { unspecified, full, headers };
  Return dsn_return = Return::unspecified;
  std::string envelope_id;                       ///< ENVID, as plain text of printable ASCII; at most 100 bytes
  std::optional<DsnNotify> notify;               ///< for every recipient
  std::vector<std::string> original_recipients;  ///< ORCPT by recipient, "rfc822;a@b"; empty, or one for each
  bool require_tls = false;                      ///< REQUIRETLS, RFC 8689
  std::optional<int> priority;                   ///< MT-PRIORITY, -9 to 9, RFC 6710
  std::optional<DeliverBy> deliver_by;
  std::optional<std::chrono::seconds> hold_for;  ///< FUTURERELEASE, RFC 4865
  std::optional<TimePoint> hold_until;           ///< not together with hold_for
  bool binary = false;                           ///< BODY=BINARYMIME (RFC 3030); goes by BDAT alone
};

}  // namespace gatepost::smtp
