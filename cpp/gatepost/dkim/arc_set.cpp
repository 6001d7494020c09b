#include "gatepost/dkim/arc_set.hpp"

#include <algorithm>
#include <charconv>

#include "gatepost/core/ascii.hpp"
#include "gatepost/dkim/canonical.hpp"
#include "gatepost/dkim/header_hash.hpp"
#include "gatepost/dkim/tag_list.hpp"

namespace gatepost::dkim {

namespace {

/// Which of a set's three members a field is; nullptr where it is of another kind.
const Field* ArcSet::*member_of(std::string_view name) {
  if (equal_ignoring_case(name, "ARC-Seal")) return &ArcSet::seal;
  if (equal_ignoring_case(name, "ARC-Message-Signature")) return &ArcSet::message;
  if (equal_ignoring_case(name, "ARC-Authentication-Results")) return &ArcSet::results;
  return nullptr;
}

}  // namespace

unsigned arc_instance(const Field& field) {
  for (auto rest = field.value(); !rest.empty();) {
    const auto end = std::min(rest.find(';'), rest.size());
    const auto item = trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto equals = item.find('=');
    if (equals == std::string_view::npos || trim(item.substr(0, equals)) != "i") continue;
    const auto number = trim(item.substr(equals + 1));
    unsigned value = 0;
    const auto [at, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    return error == std::errc() && at == number.data() + number.size() ? value : 0;
  }
  return 0;
}

Result<std::vector<ArcSet>, Reason> arc_sets(const LetterView& letter) {
  std::vector<ArcSet> sets;
  for (const auto& field : letter.fields) {
    const auto member = member_of(field.name);
    if (member == nullptr) continue;
    const auto instance = arc_instance(field);
    if (instance == 0) return Reason::chain_incomplete;
    if (instance > most_arc_sets) return Reason::chain_too_long;
    if (instance > sets.size()) sets.resize(instance);
    auto& place = sets[instance - 1].*member;
    if (place != nullptr) return Reason::chain_incomplete;
    place = &field;
  }
  const bool whole = std::all_of(sets.begin(), sets.end(), [](const ArcSet& set) {
    return set.results != nullptr && set.message != nullptr && set.seal != nullptr;
  });
  if (!whole) return Reason::chain_incomplete;
  return sets;
}

unsigned highest_arc_instance(const LetterView& letter) {
  unsigned highest = 0;
  for (const auto& field : letter.fields) {
    if (member_of(field.name) != nullptr) highest = std::max(highest, arc_instance(field));
  }
  return highest;
}

std::string_view without_instance(std::string_view value) {
  const auto semicolon = value.find(';');
  return semicolon == std::string_view::npos ? std::string_view() : trim(value.substr(semicolon + 1));
}

void append_set(std::string& canonical, const ArcSet& set, bool whole) {
  for (const auto* field : {set.results, set.message}) {
    append_field(canonical, Canonicalization::relaxed, field->whole);
    canonical += "\r\n";
  }
  if (whole) {
    append_field(canonical, Canonicalization::relaxed, set.seal->whole);
    canonical += "\r\n";
  } else {
    append_field(canonical, Canonicalization::relaxed, without_value_of(set.seal->whole, "b"));
  }
}

}  // namespace gatepost::dkim
