#include <algorithm>
#include <utility>

#include "gatepost/core/base64.hpp"
#include "gatepost/smtp/sasl/client.hpp"
#include "gatepost/smtp/sasl/secret_mask.hpp"
#include "gatepost/smtp/sasl/short_secret.hpp"

namespace gatepost::smtp {
namespace {

/// `text` with "****" for each run of marked bytes.
std::string starred(std::string_view text, const std::vector<bool>& marks) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!marks[i]) {
      out += text[i];
    } else if (i == 0 || !marks[i - 1]) {
      out += "****";
    }
  }
  return out;
}

}  // namespace

std::string mask_credentials(std::string text, const SaslIdentity& identity) {
  return SecretMask(identity).masked(std::move(text), SecretMask::Where::in_auth);
}

SecretMask::SecretMask(const SaslIdentity& identity) : identity_(identity) {
  for (const auto& secret : {identity.password, identity.access_token}) {
    if (secret.empty()) continue;
    if (fold_text(secret, {.reply_lines = false}).bytes.size() >= SecretPatterns::shortest) {
      patterns_.add(secret);
    } else {
      short_secrets_.push_back(secret);
    }
  }
  std::sort(short_secrets_.begin(), short_secrets_.end(), [](auto& a, auto& b) { return a.size() > b.size(); });
}

bool SecretMask::concerns(std::string_view text, Where where) const {
  if (where == Where::in_auth) return !patterns_.empty() || !short_secrets_.empty();
  return !short_secrets_.empty() || patterns_.may_occur_in(text);
}

std::string SecretMask::masked(std::string text, Where where) const {
  if (!patterns_.empty()) {
    std::vector<bool> marks(text.size());
    for (const bool escapes : {false, true}) patterns_.find(text, fold_text(text, {.escapes = escapes}), marks);
    text = starred(text, marks);
  }
  for (const auto& secret : short_secrets_) {
    const bool in_words = where == Where::in_auth || secret.size() >= SecretPatterns::shortest;
    mask_short_secret(text, secret, identity_, in_words);
  }
  return text;
}

}  // namespace gatepost::smtp
