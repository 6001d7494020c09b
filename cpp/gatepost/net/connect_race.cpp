#include "gatepost/net/connect_race.hpp"

#include <algorithm>

namespace gatepost::net {

std::optional<std::size_t> ConnectRace::begin(Time now) {
  if (next_ == ends_.size() || (running_ > 0 && now < due_)) return std::nullopt;
  ends_[next_] = now + deadline_;
  due_ = now + stagger;
  ++running_;
  return next_++;
}

std::optional<std::size_t> ConnectRace::expired(Time now) const {
  const auto found = std::find_if(ends_.begin(), ends_.end(), [now](const auto& end) { return end && *end <= now; });
  if (found == ends_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - ends_.begin());
}

void ConnectRace::failed(std::size_t address) {
  ends_[address].reset();
  --running_;
  due_ = Time::min();
}

ConnectRace::Time ConnectRace::next_event() const {
  auto first = next_ < ends_.size() ? due_ : Time::max();
  for (const auto& end : ends_) first = end ? std::min(first, *end) : first;
  return first;
}

std::vector<Endpoint> interleaved(const std::vector<Endpoint>& addresses) {
  std::vector<Endpoint> order;
  std::vector<Endpoint> others;  // of the family that is not the first one's
  for (const auto& address : addresses) {
    const bool first_family = address.protocol().family() == addresses.front().protocol().family();
    (first_family ? order : others).push_back(address);
  }
  for (std::size_t i = 0; i < others.size(); ++i) {
    const auto place = std::min(2 * i + 1, order.size());
    order.insert(order.begin() + static_cast<std::ptrdiff_t>(place), others[i]);
  }
  return order;
}

}  // namespace gatepost::net
