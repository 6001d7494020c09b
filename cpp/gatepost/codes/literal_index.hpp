#pragma once
#include <bitset>
#include <cstdint>
#include <string_view>
#include <vector>

#include "gatepost/codes/rule_table.hpp"

namespace gatepost::codes {

/// Which literals of the rules a text contains, and so which rules are worth a look.
///
/// Words within host names and URLs ("spf.example.com", "//a.example/email-policy") say nothing about the reply: there
/// only literals count that are written as parts of names themselves, with a dot, a slash or an underscore.
struct Hits {
  std::bitset<std::size(literals)> literal;
  std::bitset<std::size(literals)> in_names;  ///< those found in names, which may still tell the provider
  std::bitset<std::size(rules)> rule;         ///< has a phrase with one of them, or needs no words at all
};

/// Finds all literals in one pass: at each beginning of a word the first bytes lead to the few that can stand there.
class LiteralIndex {
 public:
  /// Built once from the generated table.
  static const LiteralIndex& instance();

  /// `text` is normalised.
  Hits find(std::string_view text) const;

 private:
  LiteralIndex();
  void look_up(std::string_view at, std::size_t key_length, bool in_name, Hits& hits) const;

  std::vector<Range> short_buckets_;  ///< literals of two or three bytes, by their first two
  std::vector<Range> long_buckets_;   ///< the others, by their first four
  std::vector<std::uint16_t> ids_;    ///< literals, bucket after bucket
  std::bitset<std::size(literals)> name_parts_;
  std::vector<Range> rules_of_;  ///< by literal, of rule_ids_
  std::vector<std::uint16_t> rule_ids_;
  std::bitset<std::size(rules)> wordless_;
};

}  // namespace gatepost::codes
