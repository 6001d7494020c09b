#include "gatepost/engine/pool_cap.hpp"

#include <algorithm>

namespace gatepost::engine {

using std::chrono::milliseconds;

void PoolCap::turned_away(std::size_t others, Instant now, std::chrono::seconds least_wait) {
  const bool was_a_try = lowered() && others >= cap_;
  wait_ = was_a_try ? std::min<milliseconds>(2 * wait_, longest) : patience_;
  cap_ = std::max<std::size_t>(1, std::min(cap_, others));
  try_at_ = now + std::max<milliseconds>(wait_, least_wait);
}

void PoolCap::serving(std::size_t connections, Instant now) {
  if (connections <= cap_) return;
  cap_ = std::min(connections, own_);
  wait_ = patience_;
  try_at_ = now + wait_;
}

}  // namespace gatepost::engine
