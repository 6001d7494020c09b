#include "gatepost/smtp/sasl/folded_text.hpp"

#include <utility>

#include "gatepost/core/utf8.hpp"

namespace gatepost::smtp {
namespace {

using detail::Escape;

/// Lower case of two octets of UTF-8, Cyrillic and Latin-1, once the second is there.
void lower_letter(char& lead, char& tail) {
  const auto second = static_cast<unsigned char>(tail);
  if (lead == '\xD0' && second >= 0x90 && second < 0xA0) {
    tail = static_cast<char>(second + 0x20);
  } else if (lead == '\xD0' && second >= 0xA0 && second < 0xB0) {
    lead = '\xD1';
    tail = static_cast<char>(second - 0x20);
  } else if (lead == '\xD0' && second == 0x81) {
    lead = '\xD1';
    tail = '\x91';
  } else if (lead == '\xC3' && second >= 0x80 && second < 0x9F && second != 0x97) {
    tail = static_cast<char>(second + 0x20);
  }
}

constexpr char32_t last_code_point = 0x10FFFF;

/// A number of `digits` digits at most, and how many it has.
std::pair<char32_t, std::size_t> number_at(std::string_view text, unsigned base, std::size_t digits) {
  char32_t value = 0;
  std::size_t at = 0;
  for (; at < std::min(digits, text.size()); ++at) {
    const auto c = lower(text[at]);
    const unsigned digit = is_digit(c) ? static_cast<unsigned>(c - '0') : c >= 'a' && c <= 'f' ? c - 'a' + 10U : base;
    if (digit >= base) break;
    value = value * base + digit;
  }
  return {value, at};
}

std::string utf8_of(char32_t code) {
  std::string out;
  const auto octet = [&out](char32_t bits) { out += static_cast<char>(bits); };
  if (code < 0x80) {
    octet(code);
  } else if (code < 0x800) {
    octet(0xC0 | code >> 6);
    octet(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    octet(0xE0 | code >> 12);
    octet(0x80 | (code >> 6 & 0x3F));
    octet(0x80 | (code & 0x3F));
  } else if (code <= last_code_point) {
    octet(0xF0 | code >> 18);
    octet(0x80 | (code >> 12 & 0x3F));
    octet(0x80 | (code >> 6 & 0x3F));
    octet(0x80 | (code & 0x3F));
  }
  return out;
}

/// "&amp;", "&#65;" or "&#x41;".
Escape entity_at(std::string_view rest) {
  using namespace std::literals;
  for (const auto& [name, octet] : {std::pair("&amp;"sv, "&"),
                                    {"&lt;"sv, "<"},
                                    {"&gt;"sv, ">"},
                                    {"&quot;"sv, "\""},
                                    {"&apos;"sv, "'"},
                                    {"&nbsp;"sv, " "}}) {
    if (rest.starts_with(name)) return {octet, name.size()};
  }
  if (!rest.starts_with("&#")) return {};
  const bool hex = rest.size() > 2 && lower(rest[2]) == 'x';
  const std::size_t prefix = hex ? 3 : 2;
  const auto [code, digits] = number_at(rest.substr(prefix), hex ? 16 : 10, 7);
  const auto length = prefix + digits;
  if (digits == 0 || length >= rest.size() || rest[length] != ';') return {};
  return {utf8_of(code), length + 1};
}

/// What stands behind a backslash in JSON, C and Python.
Escape backslash_at(std::string_view rest) {
  const char kind = rest.size() > 1 ? lower(rest[1]) : '\0';
  if (const auto [octet, digits] = number_at(rest.substr(std::min<std::size_t>(2, rest.size())), 16, 2);
      kind == 'x' && digits == 2) {
    return {std::string(1, static_cast<char>(octet)), 4};
  }
  if (kind == 'u') {
    const auto wanted = rest[1] == 'U' ? std::size_t{8} : std::size_t{4};
    const auto [code, digits] = number_at(rest.substr(2), 16, wanted);
    if (digits == wanted) return {utf8_of(code), 2 + wanted};
  }
  if (const auto [octet, digits] = number_at(rest.substr(1), 8, 3); digits == 3 && octet < 256) {
    return {std::string(1, static_cast<char>(octet)), 4};
  }
  return kind == '\\' ? Escape{"\\", 2} : Escape{" ", 1};
}

}  // namespace

Escape detail::escape_at(std::string_view rest) {
  const auto [octet, digits] = number_at(rest.substr(1), 16, 2);
  switch (rest.front()) {
    case '=':  // of quoted-printable a line end, too
      if (rest.size() > 1 && rest[1] == '\n') return {" ", 1};
      [[fallthrough]];
    case '%':
    case '+':
      return digits == 2 ? Escape{std::string(1, static_cast<char>(octet)), 3} : Escape{};
    case '&':
      return entity_at(rest);
    case '\\':
      return backslash_at(rest);
    default:
      return {};
  }
}

FoldedText fold_text(std::string_view text, Folding folding) {
  FoldedText folded;
  for_each_folded(text, folding, [&](char c, std::size_t begin, std::size_t end) {
    folded.bytes.push_back(c);
    folded.begin.push_back(static_cast<std::uint32_t>(begin));
    folded.end.push_back(static_cast<std::uint32_t>(end));
    if (const auto size = folded.bytes.size(); size > 1) lower_letter(folded.bytes[size - 2], folded.bytes[size - 1]);
    return true;
  });
  return folded;
}

}  // namespace gatepost::smtp
