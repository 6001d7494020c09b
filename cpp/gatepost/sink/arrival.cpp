#include "gatepost/sink/arrival.hpp"

#include <algorithm>

namespace gatepost::sink {

namespace {

std::string reasons_of(const std::vector<DiscardedRecipient>& gone) {
  std::string reasons;
  for (const auto& [address, why] : gone) {
    if (reasons.find(why) == std::string::npos) reasons += (reasons.empty() ? "" : ", ") + why;
  }
  return reasons;
}

}  // namespace

void drop_recipients(smtp::ServerEnvelope& envelope, const std::vector<std::size_t>& places) {
  const auto drop = [&places](auto& column) {
    for (auto place = places.rbegin(); place != places.rend(); ++place) {
      if (*place < column.size()) column.erase(column.begin() + static_cast<std::ptrdiff_t>(*place));
    }
  };
  drop(envelope.rcpt_to);
  drop(envelope.rcpt_params);
}

void add_to(Inbox& inbox, Arrival arrival) {
  auto& letter = arrival.letter;
  if (arrival.gone.empty() || !letter->discarded.empty()) return inbox.add(std::move(letter));

  std::vector<std::size_t> kept;
  std::vector<std::size_t> gone;
  const auto& all = letter->envelope.rcpt_to;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool is_gone = std::any_of(arrival.gone.begin(), arrival.gone.end(),
                                     [&](const DiscardedRecipient& entry) { return entry.first == all[i]; });
    (is_gone ? gone : kept).push_back(i);
  }
  if (!kept.empty()) {
    auto other = std::make_shared<StoredLetter>(*letter);
    drop_recipients(letter->envelope, gone);
    inbox.add(std::exchange(letter, std::move(other)));
    drop_recipients(letter->envelope, kept);
  }
  letter->discarded = reasons_of(arrival.gone);
  inbox.add(std::move(letter));
}

}  // namespace gatepost::sink
