#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace gatepost::smtp {

/// A login or a password as SCRAM wants it (RFC 4013): spaces of every kind become U+0020, what is invisible goes;
/// nullopt for controls, private use and the other prohibited characters, for what is not UTF-8, and where nothing is
/// left. Not done: the normalization (NFKC) and the check of right-to-left texts, so both sides should be given
/// composed texts, as keyboards give them.
std::optional<std::string> saslprep(std::string_view text);

}  // namespace gatepost::smtp
