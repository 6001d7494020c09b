#include "gatepost/codes/literal_index.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>

#include "gatepost/core/ascii.hpp"

namespace gatepost::codes {
namespace {

constexpr std::size_t bucket_count = 4096;
constexpr std::size_t short_key = 2;
constexpr std::size_t long_key = 4;

std::size_t bucket_of(std::string_view text, std::size_t key_length) {
  std::uint32_t key = 0;
  std::memcpy(&key, text.data(), key_length);
  return (key * 2654435761U) >> 20U;
}

std::size_t key_length_of(std::string_view literal) { return literal.size() < long_key ? short_key : long_key; }

bool is_word(char c) { return is_digit(c) || is_lower(c) || static_cast<unsigned char>(c) >= 0x80; }

/// The first byte of a character from U+3000 on: Chinese and Japanese are written without spaces, each may begin a
/// word.
bool begins_ideograph(char c) { return static_cast<unsigned char>(c) >= 0xE3; }

/// Top-level domains of three letters and more that host names in replies have; of two letters all are.
constexpr std::array<std::string_view, 16> long_domains = {"com",     "net",  "org",   "info",   "biz",  "edu",
                                                           "gov",     "mil",  "int",   "arpa",   "mail", "email",
                                                           "example", "test", "local", "invalid"};

bool is_host_name(std::string_view token) {
  const std::size_t dot = token.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  const std::string_view last = token.substr(dot + 1);
  if (!std::all_of(last.begin(), last.end(), is_lower)) return false;
  return last.size() == 2 || std::find(long_domains.begin(), long_domains.end(), last) != long_domains.end();
}

/// A token that is a host name or a URL, without the scheme ("//a.example/x") or with a path ("a.example/x").
bool is_name(std::string_view token) {
  return token.starts_with("//") || is_host_name(token.substr(0, std::min(token.find('/'), token.size())));
}

}  // namespace

const LiteralIndex& LiteralIndex::instance() {
  static const LiteralIndex index;
  return index;
}

LiteralIndex::LiteralIndex()
    : short_buckets_(bucket_count), long_buckets_(bucket_count), rules_of_(std::size(literals)) {
  for (std::size_t id = 0; id < std::size(literals); ++id) {
    name_parts_.set(id, literals[id].find_first_of("./_") != std::string_view::npos);
  }
  for (const std::size_t key_length : {short_key, long_key}) {
    std::vector<std::vector<std::uint16_t>> buckets(bucket_count);
    for (std::size_t id = 0; id < std::size(literals); ++id) {
      if (key_length_of(literals[id]) != key_length) continue;
      buckets[bucket_of(literals[id], key_length)].push_back(static_cast<std::uint16_t>(id));
    }
    auto& ranges = key_length == short_key ? short_buckets_ : long_buckets_;
    for (std::size_t i = 0; i < bucket_count; ++i) {
      ranges[i] = {static_cast<std::uint16_t>(ids_.size()), static_cast<std::uint16_t>(buckets[i].size())};
      ids_.insert(ids_.end(), buckets[i].begin(), buckets[i].end());
    }
  }
  std::vector<std::vector<std::uint16_t>> users(std::size(literals));
  for (std::size_t rule = 0; rule < std::size(rules); ++rule) {
    const Range contains = rules[rule].contains;
    if (contains.count == 0) wordless_.set(rule);
    for (std::size_t phrase = contains.first; phrase < std::size_t{contains.first} + contains.count; ++phrase) {
      users[phrase_parts[phrases[phrase].first]].push_back(static_cast<std::uint16_t>(rule));
    }
  }
  for (std::size_t id = 0; id < users.size(); ++id) {
    rules_of_[id] = {static_cast<std::uint16_t>(rule_ids_.size()), static_cast<std::uint16_t>(users[id].size())};
    rule_ids_.insert(rule_ids_.end(), users[id].begin(), users[id].end());
  }
}

void LiteralIndex::look_up(std::string_view at, std::size_t key_length, bool in_name, Hits& hits) const {
  if (at.size() < key_length) return;
  const auto& buckets = key_length == short_key ? short_buckets_ : long_buckets_;
  const Range bucket = buckets[bucket_of(at, key_length)];
  for (std::size_t i = bucket.first; i < std::size_t{bucket.first} + bucket.count; ++i) {
    const std::uint16_t id = ids_[i];
    if (hits.literal[id] || !at.starts_with(literals[id])) continue;
    if (in_name && !name_parts_[id]) {
      hits.in_names.set(id);
      continue;
    }
    hits.literal.set(id);
    const Range users = rules_of_[id];
    for (std::size_t j = users.first; j < std::size_t{users.first} + users.count; ++j) hits.rule.set(rule_ids_[j]);
  }
}

Hits LiteralIndex::find(std::string_view text) const {
  Hits hits;
  hits.rule = wordless_;
  bool in_name = false;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if ((is_word(text[i - 1]) && !begins_ideograph(text[i])) || text[i] == ' ') continue;
    const std::string_view rest = text.substr(i);
    if (text[i - 1] == ' ') in_name = is_name(rest.substr(0, rest.find(' ')));
    look_up(rest, short_key, in_name, hits);
    look_up(rest, long_key, in_name, hits);
  }
  return hits;
}

}  // namespace gatepost::codes
