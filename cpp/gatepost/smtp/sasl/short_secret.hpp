#pragma once
#include <string>
#include <string_view>

#include "gatepost/smtp/sasl/client.hpp"

namespace gatepost::smtp {

/// Masks a secret that is too short to be told from ordinary words. In base64 it is one where a whole token is what is
/// sent (of three bytes: holds it); `in_words` also as it is, of one or two bytes where it stands alone.
void mask_short_secret(std::string& text, std::string_view secret, const SaslIdentity& identity, bool in_words);

}  // namespace gatepost::smtp
