#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gatepost/sink/bounce_letter.hpp"
#include "gatepost/sink/inbox.hpp"

namespace gatepost::sink {

/// A recipient that was accepted but for whom nothing is kept, and why.
using DiscardedRecipient = std::pair<std::string, std::string>;

/// A recipient who was accepted, and comes back so long after the letter.
struct LateBounce {
  Undelivered undelivered;
  std::chrono::seconds after{0};
};

/// A letter that is read and not yet in the inbox.
struct Arrival {
  std::shared_ptr<StoredLetter> letter;
  std::vector<DiscardedRecipient> gone;
  std::vector<LateBounce> bounces{};
};

/// The envelope without the recipients at these places, which ascend.
void drop_recipients(smtp::ServerEnvelope& envelope, const std::vector<std::size_t>& places);

/// Into the inbox; what its discarded recipients would have got goes among the discarded letters.
void add_to(Inbox& inbox, Arrival arrival);

}  // namespace gatepost::sink
