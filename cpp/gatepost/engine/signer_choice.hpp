#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatepost/dkim/signer.hpp"

namespace gatepost::engine {

/// Which of an account's keys sign a letter (requirement G5).
class SignerChoice {
 public:
  SignerChoice() = default;
  /// All signers of one domain sign together (RSA and Ed25519). `otherwise`: who signs where no domain fits.
  explicit SignerChoice(const std::vector<std::pair<std::string, dkim::Signers>>& by_domain,
                        dkim::Signers otherwise = {});

  /// Signs nothing.
  bool empty() const { return by_domain_.empty() && otherwise_.empty(); }
  /// Who signs for an author's domain (wire form; "" for none): its own, else those of the nearest domain above it,
  /// else the default ones, else none.
  const dkim::Signers& of(std::string_view author_domain) const;

 private:
  std::map<std::string, dkim::Signers, std::less<>> by_domain_;
  dkim::Signers otherwise_;
};

}  // namespace gatepost::engine
