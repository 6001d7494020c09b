#include <algorithm>
#include <vector>

#include "gatepost/core/base64.hpp"
#include "gatepost/smtp/sasl/client.hpp"
#include "gatepost/smtp/sasl/secret_mask.hpp"

namespace gatepost::smtp {
namespace {

constexpr std::string_view stars = "****";
constexpr std::size_t short_secret = 2;  // bytes: in the midst of words such a one stands by chance
constexpr std::size_t min_beginning = 4;
constexpr std::size_t min_anywhere = 4;  // bytes of a secret that is masked outside of AUTH, too

bool is_word(char c) { return is_base64_digit(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }

void mask_text(std::string& text, std::string_view secret) {
  const bool alone = secret.size() <= short_secret;
  for (auto at = text.find(secret); at != std::string::npos;) {
    const auto end = at + secret.size();
    const bool inside = (at > 0 && is_word(text[at - 1])) || (end < text.size() && is_word(text[end]));
    if (!alone || !inside) text.replace(at, secret.size(), stars);
    at = text.find(secret, alone && inside ? at + 1 : at + stars.size());
  }
}

/// Whether `bytes` ends in the midst of `secret`: what a server quotes is often cut.
bool ends_with_beginning(std::string_view bytes, std::string_view secret) {
  for (auto size = std::min(bytes.size(), secret.size()); size >= min_beginning; --size) {
    if (bytes.ends_with(secret.substr(0, size))) return true;
  }
  return false;
}

/// Whether base64 `digits`, which may be cut at either end, stand for something that holds the secret.
bool hides(std::string_view digits, std::string_view secret) {
  for (std::size_t skip = 0; skip < 4 && skip < digits.size(); ++skip) {
    const auto from_here = digits.substr(skip);
    const auto left = from_here.size() % 4;
    auto bytes = left < 2 ? std::nullopt : base64_decode(std::string(from_here).append(4 - left, '='));
    if (!bytes) bytes = base64_decode(from_here.substr(0, from_here.size() - left));
    if (bytes && (bytes->find(secret) != std::string::npos || ends_with_beginning(*bytes, secret))) return true;
  }
  return false;
}

/// The base64 of what is sent of a secret as short as this one.
std::vector<std::string> tokens_of(std::string_view secret, const SaslIdentity& identity) {
  std::vector<std::string> tokens = {base64_encode(secret)};
  for (const auto& authzid : {std::string(), identity.authzid, identity.login}) {
    tokens.push_back(base64_encode(authzid + '\0' + identity.login + '\0' + std::string(secret)));
  }
  return tokens;
}

void mask_base64(std::string& text, std::string_view secret, const SaslIdentity& identity) {
  const bool is_short = secret.size() <= short_secret;
  const auto tokens = is_short ? tokens_of(secret, identity) : std::vector<std::string>();
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
    const bool secretive = is_short ? std::find(tokens.begin(), tokens.end(), run) != tokens.end()
                                    : hides(run.substr(0, digits_end - at), secret);
    if (secretive) {
      text.replace(at, end - at, stars);
      end = at + stars.size();
    }
    at = end;
  }
}

std::vector<std::string_view> secrets_of(const SaslIdentity& identity) {
  std::vector<std::string_view> secrets = {identity.password, identity.access_token};
  std::erase(secrets, std::string_view());
  // The longer one first: it may hold the other.
  std::sort(secrets.begin(), secrets.end(), [](auto a, auto b) { return a.size() > b.size(); });
  return secrets;
}

/// Digits of the base64 of anything that holds `beginning` as its bytes 3n + `before` and following: those that no
/// neighbour has a part in.
std::string digits_within(std::string_view beginning, std::size_t before) {
  constexpr std::size_t bits = 6;
  const auto encoded = base64_encode(std::string(before, '\0').append(beginning));
  const auto from = (before * 8 + bits - 1) / bits;
  return encoded.substr(from, (before + beginning.size()) * 8 / bits - from);
}

void add_needles(std::vector<std::string>& needles, std::string_view secret, const SaslIdentity& identity) {
  if (secret.size() >= min_anywhere) needles.emplace_back(secret);
  if (secret.size() <= short_secret) {
    for (auto& token : tokens_of(secret, identity)) needles.push_back(std::move(token));
    return;
  }
  for (std::size_t before = 0; before < 3; ++before) {
    needles.push_back(digits_within(secret.substr(0, min_beginning), before));
  }
}

}  // namespace

std::string mask_credentials(std::string text, const SaslIdentity& identity) {
  const auto secrets = secrets_of(identity);
  // Base64 first: a secret that is masked in the midst of it would leave the rest.
  for (const auto secret : secrets) mask_base64(text, secret, identity);
  for (const auto secret : secrets) mask_text(text, secret);
  return text;
}

SecretMask::SecretMask(const SaslIdentity& identity) : identity_(identity) {
  for (const auto secret : secrets_of(identity)) add_needles(needles_, secret, identity);
}

bool SecretMask::concerns(std::string_view text, Where where) const {
  if (where == Where::in_auth) return !needles_.empty();
  return std::any_of(needles_.begin(), needles_.end(),
                     [&](const std::string& needle) { return text.find(needle) != std::string_view::npos; });
}

std::string SecretMask::masked(std::string text, Where where) const {
  if (!concerns(text, where)) return text;
  if (where == Where::in_auth) return mask_credentials(std::move(text), identity_);
  const auto secrets = secrets_of(identity_);
  for (const auto secret : secrets) mask_base64(text, secret, identity_);
  for (const auto secret : secrets) {
    if (secret.size() >= min_anywhere) mask_text(text, secret);
  }
  return text;
}

}  // namespace gatepost::smtp
