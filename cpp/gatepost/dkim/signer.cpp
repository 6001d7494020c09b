#include "gatepost/dkim/signer.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/base64.hpp"
#include "gatepost/core/mailbox.hpp"
#include "gatepost/dkim/header_hash.hpp"
#include "gatepost/dkim/letter_view.hpp"
#include "gatepost/dkim/signed_headers.hpp"
#include "gatepost/dkim/tag_writer.hpp"

namespace gatepost::dkim {

namespace {

constexpr unsigned least_rsa_bits = 1024;

bool is_dns_name(std::string_view name) {
  constexpr std::size_t longest_name = 253;
  constexpr std::size_t longest_label = 63;
  if (name.empty() || name.size() > longest_name) return false;
  while (true) {
    const auto label = name.substr(0, name.find('.'));
    const bool good =
        !label.empty() && label.size() <= longest_label &&
        std::all_of(label.begin(), label.end(), [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
    if (!good) return false;
    if (label.size() == name.size()) return true;
    name.remove_prefix(label.size() + 1);
  }
}

bool is_identity_of(std::string_view identity, std::string_view domain) {
  const auto parts = split_mailbox(identity);
  if (!parts.has_at) return false;
  const bool clean = std::all_of(identity.begin(), identity.end(),
                                 [](char c) { return c > ' ' && c != ';' && c != 0x7F && c != '='; });
  const auto host = parts.domain;
  if (!clean || host.size() < domain.size()) return false;
  const auto tail = host.substr(host.size() - domain.size());
  return equal_ignoring_case(tail, domain) &&
         (host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.');
}

std::string signature_field(const Signer& signer, const LetterView& letter, const std::vector<std::string_view>& names,
                            const std::string& bh, TimePoint now) {
  const auto& options = signer.options();
  TagWriter tags("DKIM-Signature");
  tags.tag("v", "1");
  tags.tag("a", signer.algorithm());
  tags.tag("c", std::string(to_string(options.header)) + "/" + std::string(to_string(options.body)));
  tags.tag("d", options.domain);
  tags.tag("s", options.selector);
  if (!options.identity.empty()) tags.tag("i", options.identity);
  tags.tag("t", seconds_since_epoch(now));
  if (options.valid_for) tags.tag("x", seconds_since_epoch(now + *options.valid_for));
  tags.list("h", names);
  tags.base64("bh", bh);
  tags.open("b");
  const auto digest = header_hash(crypto::Digest::sha256, options.header, letter.fields, names, tags.text());
  return std::move(tags).finish(base64_encode(signer.key().sign_sha256(digest)));
}

}  // namespace

std::string seconds_since_epoch(TimePoint time) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
}

std::string_view Signer::algorithm() const {
  return key_.type() == crypto::KeyType::rsa ? "rsa-sha256" : "ed25519-sha256";
}

Result<std::shared_ptr<const Signer>, InputError> Signer::make(SignerOptions options, crypto::SigningKey key) {
  if (!is_dns_name(options.domain)) return InputError("domain", "is not a DNS name (write it as A-labels)");
  if (!is_dns_name(options.selector)) return InputError("selector", "is not a DNS name");
  if (!options.identity.empty() && !is_identity_of(options.identity, options.domain))
    return InputError("identity", "must be an address of " + options.domain + " or of a domain below it");
  if (key.type() == crypto::KeyType::rsa && key.bits() < least_rsa_bits)
    return InputError("key",
                      "has " + std::to_string(key.bits()) + " bits; verifiers accept no fewer than 1024 (RFC 8301)");
  return std::shared_ptr<const Signer>(new Signer(std::move(options), std::move(key)));
}

std::string body_hash(std::string_view body, Canonicalization canonicalization) {
  BodyHash hash(canonicalization, crypto::Digest::sha256);
  hash.update(body);
  return base64_encode(hash.finish());
}

Result<std::string, InputError> sign(std::string_view raw, const Signers& signers, TimePoint now, BodyHashes* hashes) {
  const auto letter = split_letter(raw);
  const auto names = names_to_sign(letter);
  if (auto error = why_unsignable(raw, letter, names)) return *std::move(error);
  BodyHashes own;
  if (hashes == nullptr) hashes = &own;
  std::string fields;
  for (const auto& signer : signers) {
    auto& hash = hashes->at(static_cast<std::size_t>(signer->options().body));
    if (hash.empty()) hash = body_hash(letter.body, signer->options().body);
    fields += signature_field(*signer, letter, names, hash, now);
  }
  return fields;
}

}  // namespace gatepost::dkim
