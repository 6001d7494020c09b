#include "gatepost/smtp/client/original_recipient.hpp"

#include <algorithm>
#include <cstdint>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/utf8.hpp"
#include "gatepost/smtp/xtext.hpp"

namespace gatepost::smtp {
namespace {

constexpr std::size_t max_bytes = 500;

bool is_ascii_byte(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool is_atom(char c) { return is_visible(c) && std::string_view("()<>@,;:\\\".[]+=").find(c) == std::string::npos; }

std::string_view type_of(std::string_view text) { return text.substr(0, text.find(';')); }

void append_escaped(std::string& out, std::string_view character) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto first = static_cast<unsigned char>(character.front());
  std::uint32_t code = character.size() == 1 ? first : first & (0xFFU >> (character.size() + 1));
  for (const char c : character.substr(1)) code = (code << 6) | (static_cast<unsigned char>(c) & 0x3FU);
  std::string hex;
  for (; code != 0; code >>= 4) hex.insert(hex.begin(), digits[code & 15]);
  out.append("\\x{").append(hex).push_back('}');
}

}  // namespace

bool is_original_recipient(std::string_view text) {
  const auto type = type_of(text);
  if (type.empty() || type.size() + 1 >= text.size() || text.size() > max_bytes) return false;
  const auto address = text.substr(type.size() + 1);
  const bool utf8 = equal_ignoring_case(type, "utf-8");
  return std::all_of(type.begin(), type.end(), is_atom) && find_invalid_utf8(address) == std::string_view::npos &&
         std::all_of(address.begin(), address.end(),
                     [utf8](char c) { return is_printable(c) || (utf8 && !is_ascii_byte(c)); });
}

void append_original_recipient(std::string& out, std::string_view text) {
  if (text.empty()) return;
  const auto type = type_of(text);
  auto address = text.substr(type.size() + 1);
  out.append(" ORCPT=").append(type).push_back(';');
  if (!equal_ignoring_case(type, "utf-8")) {
    out += encode_xtext(address);
    return;
  }
  while (!address.empty()) {
    const auto character = address.substr(0, utf8_length_at(address, 0));
    const char first = character.front();
    const bool plain = is_ascii_byte(first) && first != ' ' && first != '\\' && first != '+' && first != '=';
    if (plain) {
      out += first;
    } else {
      append_escaped(out, character);
    }
    address.remove_prefix(character.size());
  }
}

}  // namespace gatepost::smtp
