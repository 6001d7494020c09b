#include "gatepost/dkim/signature_checker.hpp"

#include <algorithm>
#include <chrono>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/mailbox.hpp"
#include "gatepost/crypto/digest.hpp"
#include "gatepost/dkim/header_hash.hpp"

namespace gatepost::dkim {

SignatureChecker::SignatureChecker(const LetterView& letter, const TxtLookup& lookup, TimePoint now,
                                   const VerifyLimits& limits)
    : letter_(letter),
      lookup_(lookup),
      now_(static_cast<std::uint64_t>(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count())),
      limits_(limits) {}

Reason SignatureChecker::check_message(const Field& field, const SignatureTags& tags, KeyFacts& facts) {
  if (!letter_.well_formed) return Reason::letter;
  if (tags.names.size() > limits_.header_names) return Reason::too_many_headers;
  if (tags.expires_at && *tags.expires_at <= now_) return Reason::expired;
  constexpr std::uint64_t clock_skew = 300;
  if (tags.signed_at && *tags.signed_at > now_ + clock_skew) return Reason::not_yet_valid;
  if (tags.signed_at && tags.expires_at && *tags.expires_at < *tags.signed_at) return Reason::not_yet_valid;

  const auto record = usable_key(tags, facts);
  if (!record) return record.error();
  const auto host = split_mailbox(tags.identity).domain;
  if ((*record)->same_domain && !equal_ignoring_case(host, tags.domain)) return Reason::identity;

  const auto wrong = [&](Reason reason) { return facts.testing ? Reason::testing : reason; };
  std::uint64_t length = 0;
  const bool same_body = body_hash_of(tags, length) == tags.body_hash;
  if (tags.body_length && *tags.body_length > length) return wrong(Reason::body_too_short);
  if (!same_body) return wrong(Reason::body_hash);
  const auto digest =
      header_hash(tags.digest, tags.header, letter_.fields, tags.names, without_value_of(field.whole, "b"));
  if (!(*record)->key.verify(tags.digest, digest, tags.signature)) return wrong(Reason::signature);
  return tags.body_length && *tags.body_length < length ? Reason::body_length : Reason::none;
}

Reason SignatureChecker::check_seal(const SignatureTags& tags, const std::string& canonical, KeyFacts& facts) {
  const auto record = usable_key(tags, facts);
  if (!record) return record.error();
  return (*record)->key.verify(tags.digest, crypto::hash(tags.digest, canonical), tags.signature) ? Reason::none
                                                                                                  : Reason::signature;
}

Result<const KeyRecord*, Reason> SignatureChecker::usable_key(const SignatureTags& tags, KeyFacts& facts) {
  if (tags.digest == crypto::Digest::sha1) return Reason::weak_hash;
  const auto& record = key_of(tags);
  if (!record) return record.error();
  facts = {record->key.bits(), record->testing};
  if (record->key.type() != tags.key_type) return Reason::key_type;
  const bool allowed = record->hashes.empty() ||
                       std::find(record->hashes.begin(), record->hashes.end(), "sha256") != record->hashes.end();
  if (!allowed) return Reason::key_hash;
  return &*record;
}

std::string SignatureChecker::body_hash_of(const SignatureTags& tags, std::uint64_t& length) {
  const auto key = std::pair(tags.body, tags.body_length);
  auto found = bodies_.find(key);
  if (found == bodies_.end()) {
    BodyHash hash(tags.body, tags.digest, tags.body_length);
    hash.update(letter_.body);
    auto digest = hash.finish();
    found = bodies_.emplace(key, std::pair(std::move(digest), hash.length())).first;
  }
  length = found->second.second;
  return found->second.first;
}

const Result<KeyRecord, Reason>& SignatureChecker::key_of(const SignatureTags& tags) {
  const auto name = std::string(tags.selector) + "._domainkey." + std::string(tags.domain);
  auto found = keys_.find(name);
  if (found == keys_.end()) found = keys_.emplace(name, look_up(name)).first;
  return found->second;
}

Result<KeyRecord, Reason> SignatureChecker::look_up(const std::string& name) const {
  const auto answer = lookup_(name);
  if (answer.status == TxtAnswer::Status::temporary_error) return Reason::dns;
  if (answer.status == TxtAnswer::Status::none || answer.records.empty()) return Reason::key_missing;
  // Records of another version are not looked at (RFC 6376 §3.6.1), unless there is nothing else to tell of.
  const auto end = answer.records.end();
  const auto key = std::find_if(answer.records.begin(), end, may_be_key);
  if (key == end) return parse_key_record(answer.records.front());
  if (std::find_if(key + 1, end, may_be_key) != end) return Reason::key_ambiguous;
  return parse_key_record(*key);
}

}  // namespace gatepost::dkim
