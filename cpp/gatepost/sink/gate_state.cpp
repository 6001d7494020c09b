#include "gatepost/sink/gate_state.hpp"

#include <utility>

#include "gatepost/core/ascii.hpp"

namespace gatepost::sink {

double GateState::number(std::string_view name) const {
  const auto found = numbers_.find(name);
  return found == numbers_.end() ? 0.0 : found->second;
}

bool GateState::is_listed(std::string_view list, std::string_view value) const {
  const auto found = lists_.find(list);
  return found != lists_.end() && found->second.contains(value);
}

void GateState::enlist(const std::string& list, std::string value) {
  auto& values = lists_[list];
  if (values.size() < most_values) values.insert(std::move(value));
}

void GateState::set_list(const std::string& list, const std::vector<std::string>& values) {
  auto& kept = lists_[list];
  kept.clear();
  for (const auto& value : values) enlist(list, lower(value));
}

}  // namespace gatepost::sink
