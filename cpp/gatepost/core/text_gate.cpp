#include "gatepost/core/text_gate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/terminal_safe.hpp"
#include "gatepost/core/utf8.hpp"

namespace gatepost {

namespace {

constexpr std::size_t shown_bytes = 60;

std::string control_name(char c) {
  switch (c) {
    case '\r':
      return "a carriage return";
    case '\n':
      return "a line feed";
    case '\t':
      return "a tab";
    case '\0':
      return "a NUL";
    default:
      return fmt::format("the control character 0x{:02X}", static_cast<unsigned>(c));
  }
}

}  // namespace

std::optional<InputError> check_line(std::string_view where, std::string_view text, Tabs tabs) {
  const auto bad = std::find_if(text.begin(), text.end(),
                                [&](char c) { return is_control(c) && !(c == '\t' && tabs == Tabs::allowed); });
  if (bad != text.end()) {
    return InputError{std::string(where), fmt::format("byte {} is {}", bad - text.begin(), control_name(*bad))};
  }
  return check_utf8(where, text);
}

std::optional<InputError> check_utf8(std::string_view where, std::string_view text) {
  const std::size_t at = find_invalid_utf8(text);
  if (at == std::string_view::npos) return std::nullopt;
  return InputError{std::string(where),
                    fmt::format("byte {} (0x{:02X}) is not UTF-8", at, static_cast<unsigned char>(text[at]))};
}

std::string quoted_for_message(std::string_view text) {
  const std::string_view shown = utf8_prefix(text, shown_bytes);
  std::string out = "'";
  for (std::size_t at = 0; at < shown.size();) {
    const std::size_t length = utf8_length_at(shown, at);
    const bool broken = length == 1 && static_cast<unsigned char>(shown[at]) >= 0x80;
    if (broken || shown[at] == '\t' || control_length_at(shown, at) != 0) {
      for (const char c : shown.substr(at, length)) out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += shown.substr(at, length);
    }
    at += length;
  }
  if (shown.size() < text.size()) out += "…";
  return out + "'";
}

}  // namespace gatepost
