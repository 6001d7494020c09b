#include "gatepost/dkim/header_hash.hpp"

#include <algorithm>

#include "gatepost/core/ascii.hpp"
#include "gatepost/crypto/digest.hpp"
#include "gatepost/dkim/tag_list.hpp"

namespace gatepost::dkim {

std::string header_hash(crypto::Digest digest, Canonicalization canonicalization, const std::vector<Field>& fields,
                        const std::vector<std::string_view>& names, std::string_view signature) {
  std::string canonical;
  canonical.reserve(2048);
  std::vector<bool> taken(fields.size());
  for (const auto name : names) {
    for (auto i = fields.size(); i-- > 0;) {
      if (taken[i] || !equal_ignoring_case(fields[i].name, name)) continue;
      taken[i] = true;
      append_field(canonical, canonicalization, fields[i].whole);
      canonical += "\r\n";
      break;
    }
  }
  append_field(canonical, canonicalization, signature);
  return crypto::hash(digest, canonical);
}

std::string without_value_of(std::string_view field, std::string_view name) {
  for (auto at = field.find(':') + 1; at < field.size();) {
    const auto end = std::min(field.find(';', at), field.size());
    const auto equals = field.find('=', at);
    if (equals < end && trim(field.substr(at, equals - at)) == name) {
      std::string out(field.substr(0, equals + 1));
      out += field.substr(end);
      return out;
    }
    at = end + 1;
  }
  return std::string(field);
}

}  // namespace gatepost::dkim
