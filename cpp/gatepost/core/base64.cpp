#include "gatepost/core/base64.hpp"

#include <cstring>

namespace gatepost {

namespace {

/// The two characters of each 12 bits: half as many look-ups as by sextet.
constexpr auto pairs = [] {
  std::array<std::array<char, 2>, 4096> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = {base64_alphabet[i >> 6], base64_alphabet[i & 63]};
  return table;
}();

/// `groups` times three octets.
char* write_groups(const char* from, std::size_t groups, char* to) {
  for (; groups > 0; --groups, from += 3, to += 4) {
    const auto octet = [from](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(from[i])}; };
    const std::uint32_t bits = octet(0) << 16 | octet(1) << 8 | octet(2);
    std::memcpy(to, pairs[bits >> 12].data(), 2);
    std::memcpy(to + 2, pairs[bits & 4095].data(), 2);
  }
  return to;
}

}  // namespace

char* write_base64(std::string_view bytes, char* to) {
  const std::size_t groups = bytes.size() / 3;
  to = write_groups(bytes.data(), groups, to);
  const auto rest = bytes.substr(groups * 3);
  if (rest.empty()) return to;
  const std::array<char, 3> group{rest[0], rest.size() > 1 ? rest[1] : '\0', '\0'};
  to = write_groups(group.data(), 1, to);
  to[-1] = '=';
  if (rest.size() == 1) to[-2] = '=';
  return to;
}

void append_base64(std::string& out, std::string_view bytes) {
  const std::size_t start = out.size();
  out.resize(start + base64_size(bytes.size()));
  write_base64(bytes, out.data() + start);
}

std::string base64_encode(std::string_view bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  text.remove_suffix(padding);

  std::string out;
  out.reserve(text.size() * 3 / 4);
  unsigned bits = 0;
  int held = 0;
  for (const char c : text) {
    if (!is_base64_digit(c)) return std::nullopt;
    bits = (bits << 6 | base64_digit(c)) & 0xFFFF;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out.push_back(static_cast<char>(bits >> held & 0xFF));
    }
  }
  if ((bits & ((1U << held) - 1)) != 0) return std::nullopt;  // RFC 4648 §3.5: pad bits are zero
  return out;
}

}  // namespace gatepost
