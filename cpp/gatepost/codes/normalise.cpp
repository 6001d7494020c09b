#include "gatepost/codes/normalise.hpp"

#include <algorithm>
#include <cstdint>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/terminal_safe.hpp"
#include "gatepost/core/utf8.hpp"

namespace gatepost::codes {
namespace {

constexpr std::size_t max_bytes = 4096;

bool is_word(char c) { return is_digit(c) || is_lower(c) || static_cast<unsigned char>(c) >= 0x80; }

std::uint32_t decode(std::string_view sequence) {
  auto tail = [&](std::size_t i) { return static_cast<std::uint32_t>(sequence[i]) & 0x3FU; };
  const auto lead = static_cast<std::uint32_t>(static_cast<unsigned char>(sequence[0]));
  switch (sequence.size()) {
    case 1:
      return lead;
    case 2:
      return ((lead & 0x1FU) << 6U) | tail(1);
    case 3:
      return ((lead & 0x0FU) << 12U) | (tail(1) << 6U) | tail(2);
    default:
      return ((lead & 0x07U) << 18U) | (tail(1) << 12U) | (tail(2) << 6U) | tail(3);
  }
}

void append_two_bytes(std::string& out, std::uint32_t point) {
  out += static_cast<char>(0xC0U | (point >> 6U));
  out += static_cast<char>(0x80U | (point & 0x3FU));
}

/// U+00C0 to U+00FF without accents, "?" where there is no plain letter.
constexpr std::string_view latin_1_letters = "aaaaaaaceeeeiiiidnooooo?ouuuuy?saaaaaaaceeeeiiiidnooooo?ouuuuy?y";

/// U+0100 to U+017F (Polish, Czech, Turkish ...) likewise.
constexpr std::string_view latin_a_letters =
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
    "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/// One code point beyond ASCII, in lower case and without accents.
void append_folded(std::string& out, std::uint32_t point, std::string_view sequence) {
  if (point == 0x2019 || point == 0x2018) {
    out += '\'';
  } else if (point < 0xC0 || (point >= 0x2000 && point < 0x2070) || point == 0x3000 || point == 0xFFFD) {
    out += ' ';
  } else if (point <= 0xFF) {
    const char letter = latin_1_letters[point - 0xC0];
    out += letter == '?' ? ' ' : letter;
  } else if (point <= 0x17F) {
    out += latin_a_letters[point - 0x100];
  } else if (point == 0x401 || point == 0x451) {
    append_two_bytes(out, 0x435);
  } else if (point >= 0x400 && point <= 0x40F) {
    append_two_bytes(out, point + 0x50);  // Ukrainian and others
  } else if (point == 0x490) {
    append_two_bytes(out, 0x491);
  } else if (point == 0x3002 || point == 0xFF0C || point == 0xFF01 || point == 0xFF1A || point == 0xFF08 ||
             point == 0xFF09 || point == 0x3001) {
    out += ' ';
  } else if (point >= 0x410 && point <= 0x42F) {
    append_two_bytes(out, point + 0x20);
  } else {
    out += sequence;
  }
}

std::string fold(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length_at(text, 0);
    const char c = text.front();
    if (length > 1) {
      append_folded(out, decode(text.substr(0, length)), text.substr(0, length));
    } else if (is_alnum(c) || std::string_view("./-_#=@'").find(c) != std::string_view::npos) {
      out += lower(c);
    } else {
      out += ' ';
    }
    text.remove_prefix(length);
  }
  return out;
}

bool is_ipv4(std::string_view token) {
  std::size_t dots = 0;
  for (const char c : token) {
    if (c == '.') {
      ++dots;
    } else if (!is_digit(c)) {
      return false;
    }
  }
  return dots == 3;
}

std::string_view token_form(std::string_view token) {
  token = trim(token, ".-'");
  const std::size_t at = token.find('@');
  if (at != std::string_view::npos && at > 0 && at + 1 < token.size()) return "@";
  if (is_ipv4(token)) return "#";
  return std::any_of(token.begin(), token.end(), is_word) ? token : std::string_view{};
}

}  // namespace

std::string clean_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length_at(text, 0);
    const char lead = text.front();
    if (length == 1 && static_cast<unsigned char>(lead) >= 0x80) {
      out += "\xEF\xBF\xBD";
    } else if (lead == '\t' || control_length_at(text, 0) != 0) {
      out += ' ';
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return out;
}

std::string normalise(std::string_view text) {
  const std::string folded = fold(utf8_prefix(text, max_bytes));
  std::string out = " ";
  out.reserve(folded.size() + 2);
  std::string_view rest = folded;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view token = token_form(rest.substr(0, end));
    if (!token.empty()) {
      out += token;
      out += ' ';
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

}  // namespace gatepost::codes
