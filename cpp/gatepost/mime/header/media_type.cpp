#include "gatepost/mime/header/media_type.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/text_gate.hpp"
#include "gatepost/core/utf8.hpp"

namespace gatepost::mime {

namespace {

constexpr std::size_t max_parameter = 70;

/// RFC 2045 §5.1 token.
bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_visible(c) && std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
  });
}

bool is_quoted_string(std::string_view text) {
  return text.size() >= 2 && text.front() == '"' && text.back() == '"' && is_ascii(text) &&
         text.substr(1, text.size() - 2).find_first_of("\"\\") == std::string_view::npos;
}

}  // namespace

Result<std::string, InputError> check_media_type(std::string_view type) {
  const auto refuse = [&](std::string_view why) {
    return InputError{"type", fmt::format("{} {}", quoted_for_message(type), why)};
  };
  if (auto error = check_line("type", type)) return *std::move(error);
  const std::size_t end = std::min(type.find(';'), type.size());
  const std::string essence = lower(trim(type.substr(0, end)));
  const std::size_t slash = essence.find('/');
  if (slash == std::string::npos || !is_token(essence.substr(0, slash)) || !is_token(essence.substr(slash + 1)) ||
      essence.size() > max_parameter) {
    return refuse("is not a media type such as 'application/pdf'");
  }
  if (essence.starts_with("multipart/")) return refuse("cannot be the type of a single part");
  std::string out = essence;
  for (std::string_view rest = type.substr(end); !rest.empty();) {
    rest.remove_prefix(1);
    const std::size_t next = std::min(rest.find(';'), rest.size());
    const std::string_view parameter = trim(rest.substr(0, next));
    rest.remove_prefix(next);
    if (parameter.empty()) continue;
    const std::size_t equals = std::min(parameter.find('='), parameter.size() - 1);
    const std::string name = lower(trim(parameter.substr(0, equals)));
    const std::string_view value = trim(parameter.substr(equals + 1));
    if (!is_token(name) || (!is_token(value) && !is_quoted_string(value)) || parameter.size() > max_parameter) {
      return refuse(fmt::format("has the malformed parameter {}", quoted_for_message(parameter)));
    }
    if (name.starts_with("name") || name.starts_with("boundary")) return refuse("may not set " + name);
    out += fmt::format(";\r\n {}={}", name, value);
  }
  return out;
}

}  // namespace gatepost::mime
