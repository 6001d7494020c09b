#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatepost/core/result.hpp"

namespace gatepost::dkim {

/// A list of "name=value" as RFC 6376 §3.2 writes it, in a signature and in a key record. Views into the text read.
class TagList {
 public:
  /// The error says which tag is malformed or occurs twice. Values are trimmed; white space inside them stays.
  static Result<TagList, std::string> parse(std::string_view text);

  /// nullptr where the tag is absent. Names are case-sensitive.
  const std::string_view* find(std::string_view name) const;
  bool has(std::string_view name) const { return find(name) != nullptr; }
  /// "" where the tag is absent.
  std::string_view get(std::string_view name) const;
  const std::vector<std::pair<std::string_view, std::string_view>>& tags() const { return tags_; }

 private:
  std::vector<std::pair<std::string_view, std::string_view>> tags_;
};

/// `text` without any white space, as base64 values and lists are read.
std::string without_space(std::string_view text);
/// The items of a colon-separated list, trimmed.
std::vector<std::string_view> split_list(std::string_view text);

}  // namespace gatepost::dkim
