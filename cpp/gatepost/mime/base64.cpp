#include "gatepost/mime/base64.hpp"

#include <gmime/gmime.h>

#include <algorithm>
#include <array>

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

}  // namespace gatepost::mime
