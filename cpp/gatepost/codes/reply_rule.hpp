#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "gatepost/codes/category.hpp"

namespace gatepost::codes {

/// `count` entries from `first` on of one of the flat arrays in rule_table.hpp.
struct Range {
  std::uint16_t first;
  std::uint16_t count;
};

struct CodeRange {
  std::uint16_t low;
  std::uint16_t high;
};

/// class.subject.low to class.subject.high; class 0 stands for 4 or 5.
struct EnhancedPattern {
  std::uint16_t klass;
  std::uint16_t subject;
  std::uint16_t low;
  std::uint16_t high;
};

/// A literal that only this provider writes.
struct Marker {
  std::uint16_t literal;
  std::uint16_t provider;
};

/// What the classifier makes of one kind of reply: a row of rules_*.toml. What the keys mean stands in
/// tools/generate_codes.py.
struct ReplyRule {
  std::string_view id;
  Category category;
  int provider;          ///< index into provider_names, -1: any
  std::uint16_t phases;  ///< bit n: the n-th phase
  bool bare;             ///< fits only without an enhanced code
  Range codes;           ///< of code_ranges; none: any
  Range enhanced;        ///< of enhanced_patterns; none: any
  Range contains;        ///< of phrases; any of them; none: no words needed
  Range excludes;        ///< of phrases; none of them
  std::optional<Permanence> permanence;
  std::optional<RetryVerdict> retry;
  int retry_after_seconds;  ///< 0: the category's
};

}  // namespace gatepost::codes
