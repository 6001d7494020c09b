#include "gatepost/codes/provider.hpp"

#include "gatepost/codes/provider_table.hpp"
#include "gatepost/core/ascii.hpp"

namespace gatepost::codes {

std::string_view provider_of_host(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  for (const ProviderName& row : provider_hosts) {
    if (host.size() < row.text.size()) continue;
    if (!equal_ignoring_case(host.substr(host.size() - row.text.size()), row.text)) continue;
    if (host.size() == row.text.size() || host[host.size() - row.text.size() - 1] == '.') {
      return provider_names[row.provider];
    }
  }
  return {};
}

std::string_view canonical_provider(std::string_view name) {
  for (const ProviderName& row : provider_aliases) {
    if (equal_ignoring_case(name, row.text)) return provider_names[row.provider];
  }
  return provider_of_host(name);
}

}  // namespace gatepost::codes
