#include "gatepost/mime/header/media_type.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/text_gate.hpp"
#include "gatepost/core/utf8.hpp"

namespace gatepost::mime {

namespace {

constexpr std::size_t max_name = 127;       // RFC 6838 §4.2, of the type and of the subtype
constexpr std::size_t max_parameter = 900;  // each stands on a line of its own

/// RFC 2045 §5.1 token.
bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_visible(c) && std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
  });
}

bool is_type_name(std::string_view text) { return is_token(text) && text.size() <= max_name; }

/// Where the quoted string that begins `text` ends, behind its closing quote; npos where it does not.
std::size_t end_of_quoted(std::string_view text) {
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '"') return at + 1;
    if (text[at] == '\\') ++at;
  }
  return std::string_view::npos;
}

bool is_value(std::string_view text) {
  return is_token(text) || (text.starts_with('"') && is_ascii(text) && end_of_quoted(text) == text.size());
}

/// Takes one parameter off `rest`: all up to the next ";" that does not stand in quotes, and that ";".
std::string_view take_parameter(std::string_view& rest) {
  std::size_t end = std::min(rest.find_first_of(";\""), rest.size());
  if (end < rest.size() && rest[end] == '"') {
    const std::size_t quoted = end_of_quoted(rest.substr(end));
    end = quoted == std::string_view::npos ? rest.size() : std::min(rest.find(';', end + quoted), rest.size());
  }
  const std::string_view parameter = trim(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return parameter;
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
  if (slash == std::string::npos || !is_type_name(essence.substr(0, slash)) ||
      !is_type_name(essence.substr(slash + 1))) {
    return refuse("is not a media type such as 'application/pdf'");
  }
  if (essence.starts_with("multipart/")) return refuse("cannot be the type of a single part");
  std::string out = essence;
  std::string_view rest = type.substr(std::min(end + 1, type.size()));
  while (!rest.empty()) {
    const std::string_view parameter = take_parameter(rest);
    if (parameter.empty()) continue;
    const std::size_t equals = std::min(parameter.find('='), parameter.size() - 1);
    const std::string name = lower(trim(parameter.substr(0, equals)));
    const std::string_view value = trim(parameter.substr(equals + 1));
    if (!is_token(name) || !is_value(value) || parameter.size() > max_parameter) {
      return refuse(fmt::format("has the malformed parameter {}", quoted_for_message(parameter)));
    }
    if (name.starts_with("name") || name.starts_with("boundary")) return refuse("may not set " + name);
    out += fmt::format(";\r\n {}={}", name, value);
  }
  return out;
}

}  // namespace gatepost::mime
