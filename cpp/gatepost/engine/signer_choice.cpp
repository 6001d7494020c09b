#include "gatepost/engine/signer_choice.hpp"

namespace gatepost::engine {

namespace {

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return out;
}

}  // namespace

SignerChoice::SignerChoice(const std::vector<std::pair<std::string, dkim::Signers>>& by_domain, dkim::Signers otherwise)
    : otherwise_(std::move(otherwise)) {
  for (const auto& [domain, signers] : by_domain) {
    auto& all = by_domain_[lower_case(domain)];
    all.insert(all.end(), signers.begin(), signers.end());
  }
  std::erase_if(by_domain_, [](const auto& entry) { return entry.second.empty(); });
}

const dkim::Signers& SignerChoice::of(std::string_view author_domain) const {
  const std::string author = lower_case(author_domain);
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
