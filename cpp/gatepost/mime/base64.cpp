#include "gatepost/mime/base64.hpp"

#include <gmime/gmime.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace gatepost::mime {

namespace {

constexpr std::size_t bytes_per_line = 57;
constexpr std::size_t chars_per_line = 76;

/// One line's worth of base64 at `to`; GMime ends each with a line feed, which is not counted.
std::size_t encode_line(std::string_view bytes, char* to) {
  int state = 0;
  guint32 save = 0;
  const std::size_t written =
      g_mime_encoding_base64_encode_close(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                                          reinterpret_cast<unsigned char*>(to), &state, &save);
  return written > 0 ? written - 1 : 0;
}

constexpr std::array<std::int16_t, 256> make_values() {
  std::array<std::int16_t, 256> values{};
  values.fill(-1);
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int16_t>(i);
  }
  return values;
}

constexpr auto values = make_values();

}  // namespace

std::size_t base64_lines_size(std::size_t size) {
  const std::size_t chars = (size + 2) / 3 * 4;
  return chars == 0 ? 0 : chars + (chars - 1) / chars_per_line * 2;
}

void append_base64_lines(std::string& out, std::string_view bytes) {
  const std::size_t start = out.size();
  const std::size_t encoded = base64_lines_size(bytes.size());
  out.resize(start + encoded + 2);  // room for GMime's own line end
  char* to = out.data() + start;
  for (std::size_t at = 0; at < bytes.size(); at += bytes_per_line) {
    to += encode_line(bytes.substr(at, bytes_per_line), to);
    if (at + bytes_per_line < bytes.size()) to = std::copy_n("\r\n", 2, to);
  }
  out.resize(start + encoded);
}

void append_base64(std::string& out, std::string_view bytes) {
  std::array<char, chars_per_line + 2> line{};
  for (std::size_t at = 0; at < bytes.size(); at += bytes_per_line) {
    out.append(line.data(), encode_line(bytes.substr(at, bytes_per_line), line.data()));
  }
}

std::string decode_base64(std::string_view text, bool& odd) {
  std::string out;
  out.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t bits = 0;
  int sextets = 0;
  const auto flush = [&] {  // a group that padding or the end cut short
    if (sextets == 1) odd = true;
    if (sextets >= 2) out += static_cast<char>(bits >> (sextets == 2 ? 4 : 10));
    if (sextets == 3) out += static_cast<char>((bits >> 2) & 0xFF);
    bits = 0;
    sextets = 0;
  };
  bool padded = false;
  for (const char c : text) {
    const int value = values[static_cast<unsigned char>(c)];
    if (value < 0) {
      if (c == '=') {
        flush();
        padded = true;
      } else if (c != '\r' && c != '\n' && c != ' ' && c != '\t') {
        odd = true;
      }
      continue;
    }
    if (padded) odd = true;
    padded = false;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    if (++sextets == 4) {
      out += static_cast<char>(bits >> 16);
      out += static_cast<char>((bits >> 8) & 0xFF);
      out += static_cast<char>(bits & 0xFF);
      bits = 0;
      sextets = 0;
    }
  }
  if (sextets > 0) odd = true;
  flush();
  return out;
}

}  // namespace gatepost::mime
