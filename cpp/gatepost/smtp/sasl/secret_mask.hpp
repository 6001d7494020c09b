#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/smtp/sasl/client.hpp"
#include "gatepost/smtp/sasl/secret_patterns.hpp"

namespace gatepost::smtp {

/// Keeps what an identity's password and token are out of the words of a server, or a proxy, that quotes what it was
/// sent, at any time of a session: as it is and in other letter case, in base64 (also of the messages that hold it),
/// hexadecimal digits, quoted-printable, percent and xtext encoding, in pieces and wrapped over lines. Made once for a
/// session; a text that quotes nothing costs one look, and nothing where there is no secret.
///
/// A secret of fewer than four bytes stands in ordinary words and numbers by chance: it is masked as the base64 that is
/// sent, and in words only within the AUTH exchange.
class SecretMask {
 public:
  enum class Where : unsigned char { in_auth, elsewhere };

  explicit SecretMask(const SaslIdentity& identity);

  /// Whether masked_reply() may find something in `text`.
  bool concerns(std::string_view text, Where where) const;
  /// Any words, secrets replaced by "****". Lines are parted by LF and stay lines.
  std::string masked(std::string text, Where where) const;
  /// The same for the lines of a reply, whose codes stay.
  std::string masked_reply(std::string text, Where where) const;

 private:
  void mask_long(std::string& text, bool reply) const;

  SaslIdentity identity_;
  SecretPatterns patterns_;                 // of the secrets that are long enough
  std::vector<std::string> short_secrets_;  // the longest first
};

}  // namespace gatepost::smtp
