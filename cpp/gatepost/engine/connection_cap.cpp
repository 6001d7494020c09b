#include "gatepost/engine/connection_cap.hpp"

namespace gatepost::engine {

bool ConnectionCap::reached(std::uint32_t letters, const smtp::SessionFacts& facts) const {
  if (own_ != 0 && letters >= own_) return true;
  if (learnt_ && letters >= *learnt_) return true;
  // A server that takes no letter at all would have said so; one goes in any case.
  const auto& announced = facts.limits.mail_max;
  return announced && letters > 0 && letters >= *announced;
}

void ConnectionCap::ended_after(std::uint32_t letters) {
  if (letters == 0) return;
  if (last_end_ == letters) learnt_ = letters;
  last_end_ = letters;
}

}  // namespace gatepost::engine
