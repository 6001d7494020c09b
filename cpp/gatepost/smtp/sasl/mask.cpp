#include <fmt/format.h>

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

/// As in a URL or a form (RFC 3986 §2.1), for what is packed in base64 then and for spaces that became plus signs.
std::string percent_encoded(std::string_view secret, std::string_view space) {
  std::string out;
  for (const char c : secret) {
    if (is_alnum(c) || c == '-' || c == '_' || c == '.' || c == '~') {
      out += c;
    } else if (c == ' ') {
      out += space;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
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
      for (const std::string_view space : {"%20", "+"}) {
        if (const auto form = percent_encoded(secret, space); form != secret) patterns_.add(form);
      }
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
  mask_long(text, false);
  for (const auto& secret : short_secrets_) {
    const bool in_words = where == Where::in_auth || secret.size() >= SecretPatterns::shortest;
    mask_short_secret(text, secret, identity_, in_words);
  }
  return text;
}

std::string SecretMask::masked_reply(std::string text, Where where) const {
  mask_long(text, true);
  if (short_secrets_.empty()) return text;
  constexpr std::size_t code = 4;
  std::string out;
  for (auto rest = std::string_view(text); !rest.empty();) {
    const auto line = rest.substr(0, rest.find('\n'));
    out.append(line.substr(0, code));
    if (line.size() > code) out += masked(std::string(line.substr(code)), where);
    if (line.size() < rest.size()) out += '\n';
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  }
  return out;
}

void SecretMask::mask_long(std::string& text, bool reply) const {
  if (patterns_.empty()) return;
  std::vector<bool> marks(text.size());
  for (const bool escapes : {false, true}) {
    patterns_.find(text, fold_text(text, {.reply_lines = true, .escapes = escapes}), marks);
    // What looks like a code may be a part of the secret.
    if (!reply) patterns_.find(text, fold_text(text, {.reply_lines = false, .escapes = escapes}), marks);
  }
  text = starred(text, marks);
}

}  // namespace gatepost::smtp
