#include "gatepost/dkim/key_record.hpp"

#include <algorithm>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/base64.hpp"
#include "gatepost/dkim/tag_list.hpp"

namespace gatepost::dkim {

namespace {
constexpr unsigned least_rsa_bits = 1024;  // RFC 8301 §3.2
}

bool may_be_key(std::string_view record) {
  record = trim_front(record);
  if (!record.starts_with('v')) return true;
  record = trim_front(record.substr(1));
  if (!record.starts_with('=')) return true;
  record = trim_front(record.substr(1));
  return record.substr(0, record.find_first_of(" \t\r\n;")) == "DKIM1";
}

Result<KeyRecord, Reason> parse_key_record(std::string_view record) {
  const auto tags = TagList::parse(record);
  if (!tags) return Reason::key_syntax;
  // v= is optional, but where it stands it stands first.
  if (tags->has("v") && (tags->tags().front().first != "v" || tags->get("v") != "DKIM1")) return Reason::key_syntax;
  if (!tags->has("p")) return Reason::key_syntax;
  if (tags->has("s")) {
    const auto services = split_list(tags->get("s"));
    if (std::none_of(services.begin(), services.end(), [](auto s) { return s == "*" || s == "email"; }))
      return Reason::service_type;
  }
  const auto p = without_space(tags->get("p"));
  if (p.empty()) return Reason::key_revoked;
  const auto type_name = tags->has("k") ? tags->get("k") : "rsa";
  const bool rsa = equal_ignoring_case(type_name, "rsa");
  if (!rsa && !equal_ignoring_case(type_name, "ed25519")) return Reason::key_type;
  const auto bytes = base64_decode(p);
  if (!bytes) return Reason::key_syntax;
  auto key = crypto::VerifyingKey::from_bytes(rsa ? crypto::KeyType::rsa : crypto::KeyType::ed25519, *bytes);
  if (!key) return Reason::key_syntax;
  if (rsa && key->bits() < least_rsa_bits) return Reason::key_too_short;

  KeyRecord found{*std::move(key), {}, false, false};
  if (tags->has("h")) {
    for (const auto name : split_list(tags->get("h"))) found.hashes.emplace_back(name);
  }
  for (const auto flag : split_list(tags->get("t"))) {
    found.testing = found.testing || flag == "y";
    found.same_domain = found.same_domain || flag == "s";
  }
  return found;
}

std::string key_record_text(const crypto::SigningKey& key) {
  const auto* type = key.type() == crypto::KeyType::rsa ? "rsa" : "ed25519";
  return std::string("v=DKIM1; k=") + type + "; p=" + base64_encode(key.public_key());
}

std::string zone_file_value(std::string_view record) {
  constexpr std::size_t longest = 255;  // RFC 1035 §3.3
  std::string out;
  const bool several = record.size() > longest;
  if (several) out += "( ";
  while (!record.empty()) {
    out += '"';
    out += record.substr(0, longest);
    out += "\" ";
    record.remove_prefix(std::min(longest, record.size()));
  }
  if (several) {
    out += ')';
  } else if (!out.empty()) {
    out.pop_back();
  }
  return out;
}

}  // namespace gatepost::dkim
