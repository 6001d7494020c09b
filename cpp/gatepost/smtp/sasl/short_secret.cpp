#include "gatepost/smtp/sasl/short_secret.hpp"

#include <algorithm>
#include <vector>

#include "gatepost/core/base64.hpp"

namespace gatepost::smtp {
namespace {

constexpr std::string_view stars = "****";
constexpr std::size_t never_in_words = 2;  // bytes: in the midst of words such a one stands by chance

bool is_word(char c) { return is_base64_digit(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }

void mask_text(std::string& text, std::string_view secret) {
  const bool alone = secret.size() <= never_in_words;
  for (auto at = text.find(secret); at != std::string::npos;) {
    const auto end = at + secret.size();
    const bool inside = (at > 0 && is_word(text[at - 1])) || (end < text.size() && is_word(text[end]));
    if (!alone || !inside) text.replace(at, secret.size(), stars);
    at = text.find(secret, alone && inside ? at + 1 : at + stars.size());
  }
}

/// Whether base64 `digits`, which may be cut at either end, stand for something that holds the secret.
bool hides(std::string_view digits, std::string_view secret) {
  for (std::size_t skip = 0; skip < 4 && skip < digits.size(); ++skip) {
    const auto from_here = digits.substr(skip);
    const auto left = from_here.size() % 4;
    auto bytes = left < 2 ? std::nullopt : base64_decode(std::string(from_here).append(4 - left, '='));
    if (!bytes) bytes = base64_decode(from_here.substr(0, from_here.size() - left));
    if (bytes && bytes->find(secret) != std::string::npos) return true;
  }
  return false;
}

/// The base64 of what our mechanisms send of a secret.
std::vector<std::string> tokens_of(std::string_view secret, const SaslIdentity& identity) {
  std::vector<std::string> tokens = {base64_encode(secret)};
  for (const auto& authzid : {std::string(), identity.authzid, identity.login}) {
    tokens.push_back(base64_encode(authzid + '\0' + identity.login + '\0' + std::string(secret)));
  }
  return tokens;
}

void mask_base64(std::string& text, std::string_view secret, const SaslIdentity& identity) {
  const bool whole = secret.size() <= never_in_words;
  const auto tokens = whole ? tokens_of(secret, identity) : std::vector<std::string>();
  for (std::size_t at = 0; at < text.size();) {
    if (!is_base64_digit(text[at])) {
      ++at;
      continue;
    }
    const auto digits_end = static_cast<std::size_t>(
        std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_base64_digit) - text.begin());
    auto end = digits_end;
    while (end < text.size() && end < digits_end + 2 && text[end] == '=') ++end;
    const auto run = std::string_view(text).substr(at, end - at);
    const bool secretive = whole ? std::find(tokens.begin(), tokens.end(), run) != tokens.end()
                                 : hides(run.substr(0, digits_end - at), secret);
    if (secretive) {
      text.replace(at, end - at, stars);
      end = at + stars.size();
    }
    at = end;
  }
}

}  // namespace

void mask_short_secret(std::string& text, std::string_view secret, const SaslIdentity& identity, bool in_words) {
  mask_base64(text, secret, identity);
  if (in_words) mask_text(text, secret);
}

}  // namespace gatepost::smtp
