#include "gatepost/dkim/verifier.hpp"

#include <algorithm>
#include <map>

#include "gatepost/core/ids.hpp"
#include "gatepost/crypto/base64.hpp"
#include "gatepost/dkim/header_hash.hpp"
#include "gatepost/dkim/signature_tags.hpp"
#include "gatepost/dkim/tag_list.hpp"

namespace gatepost::dkim {

namespace {

Status status_of(Reason reason) {
  switch (reason) {
    case Reason::none:
      return Status::pass;
    case Reason::body_hash:
    case Reason::signature:
    case Reason::expired:
      return Status::fail;
    case Reason::testing:
      return Status::neutral;
    case Reason::body_length:
    case Reason::too_many_headers:
    case Reason::too_many_signatures:
    case Reason::key_too_short:
    case Reason::weak_hash:
      return Status::policy;
    case Reason::dns:
      return Status::temperror;
    default:
      return Status::permerror;
  }
}

/// All signatures of one letter, with what they share: the keys looked up and the bodies hashed.
class Verifier {
 public:
  Verifier(const Letter& letter, const TxtLookup& lookup, TimePoint now, const VerifyLimits& limits)
      : letter_(letter),
        lookup_(lookup),
        now_(static_cast<std::uint64_t>(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count())),
        limits_(limits) {}

  Verification verify(const Field& field) {
    Verification result;
    SignatureTags tags;
    result.reason = read_signature(field.value(), tags);
    result.domain = tags.domain;
    result.selector = tags.selector;
    result.identity = tags.identity;
    result.algorithm = tags.algorithm;
    constexpr std::size_t shown = 8;
    result.signature = crypto::base64_encode(tags.signature).substr(0, shown);
    if (result.reason == Reason::none) result.reason = check(field, tags, result);
    result.status = status_of(result.reason);
    return result;
  }

 private:
  Reason check(const Field& field, const SignatureTags& tags, Verification& result) {
    if (tags.names.size() > limits_.header_names) return Reason::too_many_headers;
    if (tags.digest == crypto::Digest::sha1) return Reason::weak_hash;
    if (tags.expires_at && *tags.expires_at <= now_) return Reason::expired;
    constexpr std::uint64_t clock_skew = 300;
    if (tags.signed_at && *tags.signed_at > now_ + clock_skew) return Reason::not_yet_valid;
    if (tags.signed_at && tags.expires_at && *tags.expires_at < *tags.signed_at) return Reason::not_yet_valid;

    const auto& record = key_of(tags);
    if (!record) return record.error();
    result.key_bits = record->key.bits();
    result.testing = record->testing;
    if (record->key.type() != tags.key_type) return Reason::key_type;
    if (!record->hashes.empty() &&
        std::find(record->hashes.begin(), record->hashes.end(), "sha256") == record->hashes.end()) {
      return Reason::key_hash;
    }
    const auto host = std::string_view(tags.identity).substr(tags.identity.rfind('@') + 1);
    if (record->same_domain && !equal_ignoring_case(host, tags.domain)) return Reason::identity;

    const auto wrong = [&](Reason reason) { return record->testing ? Reason::testing : reason; };
    std::uint64_t length = 0;
    if (body_hash_of(tags, length) != tags.body_hash) return wrong(Reason::body_hash);
    const auto digest =
        header_hash(tags.digest, tags.header, letter_.fields, tags.names, without_value_of(field.whole, "b"));
    if (!record->key.verify(tags.digest, digest, tags.signature)) return wrong(Reason::signature);
    return tags.body_length && *tags.body_length < length ? Reason::body_length : Reason::none;
  }

  std::string body_hash_of(const SignatureTags& tags, std::uint64_t& length) {
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

  const Result<KeyRecord, Reason>& key_of(const SignatureTags& tags) {
    const auto name = std::string(tags.selector) + "._domainkey." + std::string(tags.domain);
    auto found = keys_.find(name);
    if (found == keys_.end()) found = keys_.emplace(name, look_up(name)).first;
    return found->second;
  }

  Result<KeyRecord, Reason> look_up(const std::string& name) const {
    const auto answer = lookup_(name);
    if (answer.status == TxtAnswer::Status::temporary_error) return Reason::dns;
    if (answer.status == TxtAnswer::Status::none || answer.records.empty()) return Reason::key_missing;
    if (answer.records.size() > 1) return Reason::key_ambiguous;
    return parse_key_record(answer.records.front());
  }

  const Letter& letter_;
  const TxtLookup& lookup_;
  std::uint64_t now_;
  const VerifyLimits& limits_;
  std::map<std::string, Result<KeyRecord, Reason>> keys_;
  std::map<std::pair<Canonicalization, std::optional<std::uint64_t>>, std::pair<std::string, std::uint64_t>> bodies_;
};

}  // namespace

std::vector<Verification> verify(std::string_view raw, const TxtLookup& lookup, TimePoint now,
                                 const VerifyLimits& limits) {
  std::string storage;
  const auto letter = split_letter(with_crlf(raw, storage));
  Verifier verifier(letter, lookup, now, limits);
  std::vector<Verification> results;
  for (const auto& field : letter.fields) {
    if (!same_name(field.name, "DKIM-Signature")) continue;
    if (results.size() < limits.signatures) {
      results.push_back(verifier.verify(field));
      continue;
    }
    Verification beyond;
    beyond.reason = Reason::too_many_signatures;
    beyond.status = status_of(beyond.reason);
    results.push_back(std::move(beyond));
    break;
  }
  return results;
}

}  // namespace gatepost::dkim
