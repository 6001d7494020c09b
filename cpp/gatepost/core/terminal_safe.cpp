#include "gatepost/core/terminal_safe.hpp"

#include "gatepost/core/ascii.hpp"

namespace gatepost {

namespace {

bool is_dangerous(char c) { return is_control(c) && c != '\t'; }

}  // namespace

std::size_t control_length_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : static_cast<unsigned char>(0);
  };
  switch (byte(0)) {
    case 0xC2:
      return byte(1) >= 0x80 && byte(1) <= 0x9F ? 2 : 0;
    case 0xD8:
      return byte(1) == 0x9C ? 2 : 0;
    case 0xE2: {
      const bool turns_or_ends =
          byte(1) == 0x80 && (byte(2) == 0x8E || byte(2) == 0x8F || (byte(2) >= 0xA8 && byte(2) <= 0xAE));
      const bool isolates = byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9;
      return turns_or_ends || isolates ? 3 : 0;
    }
    default:
      return is_dangerous(text[at]) ? 1 : 0;
  }
}

void replace_controls(std::string& text, std::size_t from) {
  unsigned char all = 0;
  for (auto i = from; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    all |= c;
    if (is_dangerous(text[i])) text[i] = '?';
  }
  if (all < 0x80) return;
  auto to = from;
  for (auto at = from; at < text.size();) {
    const auto length = control_length_at(text, at);
    text[to++] = length == 0 ? text[at] : '?';
    at += length == 0 ? 1 : length;
  }
  text.resize(to);
}

}  // namespace gatepost
