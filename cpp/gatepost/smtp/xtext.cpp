#include "gatepost/smtp/xtext.hpp"

#include <algorithm>

#include "gatepost/core/hex.hpp"

namespace gatepost::smtp {
namespace {

bool stands_for_itself(char c) { return is_visible(c) && c != '+' && c != '='; }

}  // namespace

std::string encode_xtext(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (stands_for_itself(c)) {
      out += c;
    } else {
      append_hex(out, '+', c);
    }
  }
  return out;
}

std::optional<std::string> decode_xtext(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '+') {
      if (!stands_for_itself(text[i])) return std::nullopt;
      out += text[i];
      continue;
    }
    const auto digits = text.substr(i + 1, 2);
    const int octet = hex_octet(digits);
    if (octet < 0 || std::any_of(digits.begin(), digits.end(), is_lower)) return std::nullopt;  // upper case alone
    out += static_cast<char>(octet);
    i += 2;
  }
  return out;
}

}  // namespace gatepost::smtp
