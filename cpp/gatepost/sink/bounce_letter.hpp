#pragma once
#include <string>
#include <vector>

#include "gatepost/core/clock.hpp"
#include "gatepost/sink/inbox.hpp"

namespace gatepost::sink {

/// A recipient whose letter comes back, and why.
struct Undelivered {
  std::string recipient;
  std::string reply;  ///< "550 5.1.1 No such user"
};

/// The delivery status notification (RFC 3464; RFC 6533 where an address is not ASCII) that `host` sends to the sender
/// of `letter`, with the letter's header or, where its RET asks for it, all of it.
std::string bounce_letter(const StoredLetter& letter, const std::vector<Undelivered>& undelivered,
                          const std::string& host, TimePoint now);

/// Whether anybody wants to know: not of a letter that is itself a notification (MAIL FROM:<>), nor of a recipient with
/// NOTIFY=NEVER or without FAILURE (RFC 3461 §4.1).
bool wants_bounce(const StoredLetter& letter, const std::string& recipient);

}  // namespace gatepost::sink
