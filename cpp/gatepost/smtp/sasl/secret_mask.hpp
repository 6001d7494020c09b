#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/smtp/sasl/client.hpp"

namespace gatepost::smtp {

/// Keeps what an identity's password and token are out of the words of a server that quotes what it was sent, at any
/// time of a session. Made once for it; a text that quotes nothing costs a few searches, and nothing where there is no
/// secret.
///
/// Within the AUTH exchange mask_credentials() is the rule. Outside of it a secret of fewer than four bytes stands in
/// ordinary words and numbers by chance, so there it is masked only as the base64 that was sent.
class SecretMask {
 public:
  enum class Where : unsigned char { in_auth, elsewhere };

  explicit SecretMask(const SaslIdentity& identity);

  /// Whether masked() may find something in `text`.
  bool concerns(std::string_view text, Where where) const;
  std::string masked(std::string text, Where where) const;

 private:
  SaslIdentity identity_;
  std::vector<std::string> needles_;  // one of them is in every text that outside of AUTH needs masking
};

}  // namespace gatepost::smtp
