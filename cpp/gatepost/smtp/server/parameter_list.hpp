#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "gatepost/core/result.hpp"

namespace gatepost::smtp {

struct Parameter {
  std::string_view name;
  std::optional<std::string_view> value;  ///< nullopt without "="
};

/// Splits "NAME=value" words (RFC 5321 §4.1.2 esmtp-param). The error is the reply: 501 5.5.4 for a name or value that
/// is none, one given twice, or more than 32.
Result<std::vector<Parameter>, std::string_view> split_parameters(const std::vector<std::string_view>& words);

/// "1,2,3" cut at commas; the next piece, `list` gets shorter. nullopt at the end.
std::optional<std::string_view> take_item(std::optional<std::string_view>& list);

/// Digits alone, `max_digits` of them at most; nullopt otherwise.
std::optional<unsigned long> read_number(std::string_view text, std::size_t max_digits);

}  // namespace gatepost::smtp
