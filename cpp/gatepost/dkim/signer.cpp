#include "gatepost/dkim/signer.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "gatepost/core/ids.hpp"
#include "gatepost/crypto/base64.hpp"
#include "gatepost/dkim/header_hash.hpp"
#include "gatepost/dkim/letter.hpp"

namespace gatepost::dkim {

namespace {

constexpr unsigned least_rsa_bits = 1024;
constexpr std::size_t longest_line = 76;

constexpr std::array<std::string_view, 14> oversigned = {"From",
                                                         "To",
                                                         "Cc",
                                                         "Subject",
                                                         "Date",
                                                         "Message-ID",
                                                         "Reply-To",
                                                         "MIME-Version",
                                                         "Content-Type",
                                                         "Content-Transfer-Encoding",
                                                         "List-Unsubscribe",
                                                         "List-Unsubscribe-Post",
                                                         "In-Reply-To",
                                                         "References"};
constexpr std::array<std::string_view, 9> signed_too = {"Sender",    "Resent-From", "Resent-To",
                                                        "Resent-Cc", "Resent-Date", "List-Id",
                                                        "List-Help", "List-Post",   "Feedback-ID"};

bool is_dns_name(std::string_view name) {
  constexpr std::size_t longest_name = 253;
  constexpr std::size_t longest_label = 63;
  if (name.empty() || name.size() > longest_name) return false;
  while (true) {
    const auto label = name.substr(0, name.find('.'));
    const bool good =
        !label.empty() && label.size() <= longest_label && std::all_of(label.begin(), label.end(), [](char c) {
          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        });
    if (!good) return false;
    if (label.size() == name.size()) return true;
    name.remove_prefix(label.size() + 1);
  }
}

bool is_identity_of(std::string_view identity, std::string_view domain) {
  const auto at = identity.rfind('@');
  if (at == std::string_view::npos) return false;
  const bool clean = std::all_of(identity.begin(), identity.end(),
                                 [](char c) { return c > ' ' && c != ';' && c != 0x7F && c != '='; });
  const auto host = identity.substr(at + 1);
  if (!clean || host.size() < domain.size()) return false;
  const auto tail = host.substr(host.size() - domain.size());
  return equal_ignoring_case(tail, domain) &&
         (host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.');
}

/// The names for h=: those present as often as they occur, the oversigned ones once more.
std::vector<std::string_view> names_to_sign(const Letter& letter) {
  std::vector<std::string_view> names;
  const auto add = [&](std::string_view name, bool once_more) {
    for (const auto& field : letter.fields) {
      if (same_name(field.name, name)) names.push_back(name);
    }
    if (once_more) names.push_back(name);
  };
  for (const auto name : oversigned) add(name, true);
  for (const auto name : signed_too) add(name, false);
  return names;
}

/// Writes tags folded at 76 columns; a value may be broken where RFC 6376 lets white space stand.
class TagWriter {
 public:
  std::string text = "DKIM-Signature:";

  void tag(std::string_view name, std::string_view value) {
    start(name.size() + 2 + value.size());
    text.append(name).append("=").append(value).append(";");
    column_ += name.size() + 2 + value.size();
  }

  void list(std::string_view name, const std::vector<std::string_view>& items) {
    start(name.size() + 1 + items.front().size() + 1);
    text.append(name).append("=");
    column_ += name.size() + 1;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const std::string_view mark = i + 1 == items.size() ? ";" : ":";
      if (column_ + items[i].size() + 1 > longest_line) fold();
      text.append(items[i]).append(mark);
      column_ += items[i].size() + 1;
    }
  }

  /// Begins a tag whose value follows by base64().
  void open(std::string_view name) {
    constexpr std::size_t some_of_the_value = 8;
    start(name.size() + 1 + some_of_the_value);
    text.append(name).append("=");
    column_ += name.size() + 1;
  }

  void base64(std::string_view value) {
    while (!value.empty()) {
      if (column_ >= longest_line) fold();
      const auto now = value.substr(0, longest_line - column_);
      text.append(now);
      column_ += now.size();
      value.remove_prefix(now.size());
    }
  }

  void close() {
    text.push_back(';');
    ++column_;
  }

 private:
  void start(std::size_t size) {
    if (column_ + 1 + size > longest_line) return fold();
    text.push_back(' ');
    ++column_;
  }
  void fold() {
    text.append("\r\n\t");
    column_ = 8;
  }
  std::size_t column_ = text.size();
};

std::string seconds_since_epoch(TimePoint time) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
}

std::string signature_field(const Signer& signer, const Letter& letter, const std::vector<std::string_view>& names,
                            const std::string& bh, TimePoint now) {
  const auto& options = signer.options();
  TagWriter tags;
  tags.tag("v", "1");
  tags.tag("a", signer.key().type() == crypto::KeyType::rsa ? "rsa-sha256" : "ed25519-sha256");
  tags.tag("c", std::string(to_string(options.header)) + "/" + std::string(to_string(options.body)));
  tags.tag("d", options.domain);
  tags.tag("s", options.selector);
  if (!options.identity.empty()) tags.tag("i", options.identity);
  tags.tag("t", seconds_since_epoch(now));
  if (options.valid_for) tags.tag("x", seconds_since_epoch(now + *options.valid_for));
  tags.list("h", names);
  tags.open("bh");
  tags.base64(bh);
  tags.close();
  tags.open("b");
  const auto digest = header_hash(crypto::Digest::sha256, options.header, letter.fields, names, tags.text);
  tags.base64(crypto::base64_encode(signer.key().sign_sha256(digest)));
  return std::move(tags.text) + "\r\n";
}

}  // namespace

Result<std::shared_ptr<const Signer>, InputError> Signer::make(SignerOptions options, crypto::SigningKey key) {
  if (!is_dns_name(options.domain)) return InputError("domain", "is no DNS name (write it as A-labels)");
  if (!is_dns_name(options.selector)) return InputError("selector", "is no DNS name");
  if (!options.identity.empty() && !is_identity_of(options.identity, options.domain))
    return InputError("identity", "must be an address of " + options.domain + " or of a domain below it");
  if (key.type() == crypto::KeyType::rsa && key.bits() < least_rsa_bits)
    return InputError("key", "has " + std::to_string(key.bits()) + " bits; nobody accepts fewer than 1024 (RFC 8301)");
  return std::shared_ptr<const Signer>(new Signer(std::move(options), std::move(key)));
}

std::string body_hash(std::string_view body, Canonicalization canonicalization) {
  BodyHash hash(canonicalization, crypto::Digest::sha256);
  hash.update(body);
  return crypto::base64_encode(hash.finish());
}

Result<std::string, InputError> sign(std::string_view raw, const Signers& signers, TimePoint now) {
  const auto letter = split_letter(raw);
  const auto from = std::count_if(letter.fields.begin(), letter.fields.end(),
                                  [](const Field& field) { return same_name(field.name, "From"); });
  if (from != 1) return InputError("From", from == 0 ? "is missing; it must be signed" : "stands there more than once");
  const auto names = names_to_sign(letter);
  std::array<std::string, 2> hashes;
  std::string fields;
  for (const auto& signer : signers) {
    auto& hash = hashes.at(static_cast<std::size_t>(signer->options().body));
    if (hash.empty()) hash = body_hash(letter.body, signer->options().body);
    fields += signature_field(*signer, letter, names, hash, now);
  }
  return fields;
}

}  // namespace gatepost::dkim
