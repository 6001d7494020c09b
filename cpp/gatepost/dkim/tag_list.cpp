#include "gatepost/dkim/tag_list.hpp"

#include <algorithm>

#include "gatepost/core/ascii.hpp"

namespace gatepost::dkim {
namespace {

bool is_tag_name(std::string_view name) {
  return !name.empty() && is_alpha(name[0]) &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_alnum(c) || c == '_'; });
}

// VALCHAR is printable ASCII but ";"; UTF-8 stands in signatures of SMTPUTF8 letters (RFC 8616).
bool is_value(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte > 0x20 && byte != 0x7F) || white_space.find(c) != std::string_view::npos;
  });
}

}  // namespace

std::string without_space(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (white_space.find(c) == std::string_view::npos) out.push_back(c);
  }
  return out;
}

std::vector<std::string_view> split_list(std::string_view text) {
  std::vector<std::string_view> items;
  for (;;) {
    const auto colon = text.find(':');
    items.push_back(trim(text.substr(0, colon)));
    if (colon == std::string_view::npos) return items;
    text.remove_prefix(colon + 1);
  }
}

Result<TagList, std::string> TagList::parse(std::string_view text) {
  TagList list;
  while (!text.empty()) {
    const auto end = text.find(';');
    const auto item = trim(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (item.empty()) {
      if (trim(text).empty()) break;  // a semicolon may end the list
      return std::string("two semicolons with nothing between them");
    }
    const auto equals = item.find('=');
    const auto name = trim(item.substr(0, equals));
    if (equals == std::string_view::npos || !is_tag_name(name))
      return std::string("a tag is not of the form name=value");
    const auto value = trim(item.substr(equals + 1));
    if (!is_value(value)) return "the value of " + std::string(name) + "= holds a control character";
    if (list.has(name)) return "the tag " + std::string(name) + "= occurs twice";
    list.tags_.emplace_back(name, value);
    constexpr std::size_t most_tags = 64;
    if (list.tags_.size() > most_tags) return std::string("more than 64 tags");
  }
  return list;
}

const std::string_view* TagList::find(std::string_view name) const {
  for (const auto& [known, value] : tags_) {
    if (known == name) return &value;
  }
  return nullptr;
}

std::string_view TagList::get(std::string_view name) const {
  const auto* value = find(name);
  return value == nullptr ? std::string_view() : *value;
}

}  // namespace gatepost::dkim
