#include "gatepost/smtp/server/parameter_list.hpp"

#include <algorithm>

#include "gatepost/core/ascii.hpp"

namespace gatepost::smtp {
namespace {

constexpr std::size_t max_parameters = 32;  // each is compared with each

bool is_keyword(std::string_view text) {
  return !text.empty() && is_alnum(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return c == '-' || is_alnum(c); });
}

}  // namespace

Result<std::vector<Parameter>, std::string_view> split_parameters(const std::vector<std::string_view>& words) {
  if (words.size() > max_parameters) return std::string_view("501 5.5.4 Too many parameters");
  std::vector<Parameter> found;
  found.reserve(words.size());
  for (const auto word : words) {
    const auto equals = word.find('=');
    Parameter next{word.substr(0, equals), std::nullopt};
    if (equals != std::string_view::npos) next.value = word.substr(equals + 1);
    const bool bad_value = next.value && (next.value->empty() || next.value->find('=') != std::string_view::npos);
    if (!is_keyword(next.name) || bad_value) return std::string_view("501 5.5.4 Bad parameter syntax");
    const bool again = std::any_of(found.begin(), found.end(),
                                   [&](const auto& other) { return equal_ignoring_case(other.name, next.name); });
    if (again) return std::string_view("501 5.5.4 A parameter is given twice");
    found.push_back(next);
  }
  return found;
}

std::optional<std::string_view> take_item(std::optional<std::string_view>& list) {
  if (!list) return std::nullopt;
  const auto comma = list->find(',');
  const auto item = list->substr(0, comma);
  if (comma == std::string_view::npos) {
    list.reset();
  } else {
    list->remove_prefix(comma + 1);
  }
  return item;
}

std::optional<unsigned long> read_number(std::string_view text, std::size_t max_digits) {
  if (text.empty() || text.size() > max_digits || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  unsigned long number = 0;
  for (const char c : text) number = number * 10 + static_cast<unsigned long>(c - '0');
  return number;
}

}  // namespace gatepost::smtp
