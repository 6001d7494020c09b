#include "gatepost/mime/encoding/base64.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace gatepost::mime {

namespace {

constexpr std::size_t chars_per_line = 76;
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The two characters of each 12 bits: half as many look-ups as by sextet.
constexpr auto pairs = [] {
  std::array<std::array<char, 2>, 4096> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = {alphabet[i >> 6], alphabet[i & 63]};
  return table;
}();

/// `groups` times three octets.
char* encode_groups(const char* from, std::size_t groups, char* to) {
  for (; groups > 0; --groups, from += 3, to += 4) {
    const auto octet = [from](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(from[i])}; };
    const std::uint32_t bits = octet(0) << 16 | octet(1) << 8 | octet(2);
    std::memcpy(to, pairs[bits >> 12].data(), 2);
    std::memcpy(to + 2, pairs[bits & 4095].data(), 2);
  }
  return to;
}

/// The last one or two octets, padded.
char* encode_rest(std::string_view rest, char* to) {
  if (rest.empty()) return to;
  const std::array<char, 3> group{rest[0], rest.size() > 1 ? rest[1] : '\0', '\0'};
  to = encode_groups(group.data(), 1, to);
  to[-1] = '=';
  if (rest.size() == 1) to[-2] = '=';
  return to;
}

}  // namespace

std::size_t base64_lines_size(std::size_t size) {
  const std::size_t chars = (size + 2) / 3 * 4;
  return chars == 0 ? 0 : chars + (chars - 1) / chars_per_line * 2;
}

void Base64Lines::line_end() {
  to_ = std::copy_n("\r\n", 2, to_);
  column_ = 0;
}

void Base64Lines::octets(std::string_view bytes) {
  if (pending_size_ > 0) {
    const std::size_t lacking = std::min(pending_.size() - pending_size_, bytes.size());
    std::copy_n(bytes.data(), lacking, pending_.data() + pending_size_);
    bytes.remove_prefix(lacking);
    pending_size_ += lacking;
    if (pending_size_ < pending_.size()) return;
    if (column_ == chars_per_line) line_end();
    to_ = encode_groups(pending_.data(), 1, to_);
    column_ += 4;
  }
  while (bytes.size() >= 3) {
    if (column_ == chars_per_line) line_end();
    const std::size_t groups = std::min(bytes.size() / 3, (chars_per_line - column_) / 4);
    to_ = encode_groups(bytes.data(), groups, to_);
    column_ += groups * 4;
    bytes.remove_prefix(groups * 3);
  }
  std::copy(bytes.begin(), bytes.end(), pending_.begin());
  pending_size_ = bytes.size();
}

void Base64Lines::encoded(std::string_view chars) {
  const auto copy = [&](std::size_t size) {
    std::memcpy(to_, chars.data(), size);
    to_ += size;
    column_ += size;
    chars.remove_prefix(size);
  };
  copy(std::min(chars.size(), chars_per_line - column_));
  while (chars.size() >= chars_per_line) {
    line_end();
    copy(chars_per_line);  // of fixed size: a few moves
  }
  if (chars.empty()) return;
  line_end();
  copy(chars.size());
}

char* Base64Lines::finish() {
  if (pending_size_ > 0 && column_ == chars_per_line) line_end();
  return encode_rest({pending_.data(), pending_size_}, to_);
}

void append_base64_lines(std::string& out, std::string_view bytes) {
  const std::size_t start = out.size();
  out.resize(start + base64_lines_size(bytes.size()));
  Base64Lines lines(out.data() + start);
  lines.octets(bytes);
  lines.finish();
}

void append_base64(std::string& out, std::string_view bytes) {
  const std::size_t start = out.size();
  out.resize(start + (bytes.size() + 2) / 3 * 4);
  const std::size_t groups = bytes.size() / 3;
  encode_rest(bytes.substr(groups * 3), encode_groups(bytes.data(), groups, out.data() + start));
}

}  // namespace gatepost::mime
