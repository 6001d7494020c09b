#include "gatepost/engine/signer_choice.hpp"

#include "gatepost/core/ascii.hpp"

namespace gatepost::engine {

SignerChoice::SignerChoice(const std::vector<std::pair<std::string, dkim::Signers>>& by_domain, dkim::Signers otherwise)
    : otherwise_(std::move(otherwise)) {
  for (const auto& [domain, signers] : by_domain) {
    auto& all = by_domain_[lower(domain)];
    all.insert(all.end(), signers.begin(), signers.end());
  }
  std::erase_if(by_domain_, [](const auto& entry) { return entry.second.empty(); });
}

const dkim::Signers& SignerChoice::of(std::string_view author_domain) const {
  const std::string author = lower(author_domain);
  std::string_view domain = author;
  while (domain.ends_with('.')) domain.remove_suffix(1);
  // No top-level domain vouches for those below it.
  for (auto dot = domain.find('.'); dot != std::string_view::npos; dot = domain.find('.')) {
    if (const auto found = by_domain_.find(domain); found != by_domain_.end()) return found->second;
    domain.remove_prefix(dot + 1);
  }
  return otherwise_;
}

}  // namespace gatepost::engine
