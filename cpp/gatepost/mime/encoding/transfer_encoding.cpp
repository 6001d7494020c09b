#include "gatepost/mime/encoding/transfer_encoding.hpp"

#include <gmime/gmime.h>

#include <algorithm>

#include "gatepost/mime/encoding/base64_lines.hpp"

namespace gatepost::mime {

namespace {

struct Census {
  std::size_t to_quote = 0;  ///< bytes that quoted-printable writes as =XX
  std::size_t longest_line = 0;
  bool seven_bit = true;  ///< ASCII text without controls but tab and line ends
};

Census take_census(std::string_view text) {
  Census census;
  std::size_t line = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n' || c == '\r') {
      census.longest_line = std::max(census.longest_line, line);
      line = 0;
      continue;
    }
    ++line;
    const bool plain = (byte >= 0x20 && byte < 0x7F) || c == '\t';
    if (!plain) census.seven_bit = false;
    if (!plain || c == '=') ++census.to_quote;
  }
  census.longest_line = std::max(census.longest_line, line);
  return census;
}

/// Calls `line(view, ended)` for each line, whether it ends in CR, LF or CRLF.
template <class F>
void for_each_line(std::string_view text, F line) {
  const bool only_lf = text.find('\r') == std::string_view::npos;  // the usual case, and the fast one
  while (!text.empty()) {
    const std::size_t end = only_lf ? text.find('\n') : text.find_first_of("\r\n");
    line(text.substr(0, end), end != std::string_view::npos);
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + (text.substr(end, 2) == "\r\n" ? 2 : 1));
  }
}

void append_quoted_printable(std::string& out, std::string_view text) {
  const std::string lines = with_line_ends(text, "\n");
  GMimeEncoding state;
  g_mime_encoding_init_encode(&state, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  std::string encoded(g_mime_encoding_outlen(&state, lines.size()), '\0');
  encoded.resize(g_mime_encoding_flush(&state, lines.data(), lines.size(), encoded.data()));
  for_each_line(encoded, [&](std::string_view line, bool ended) {
    out += line;
    if (ended) out += "\r\n";
  });
}

}  // namespace

std::string with_line_ends(std::string_view text, std::string_view line_end) {
  std::string out;
  out.reserve(text.size() + text.size() / 16 + 2);
  for_each_line(text, [&](std::string_view line, bool ended) {
    out += line;
    if (ended) out += line_end;
  });
  return out;
}

std::string_view name_of(TransferEncoding encoding) {
  switch (encoding) {
    case TransferEncoding::seven_bit:
      return "7bit";
    case TransferEncoding::quoted_printable:
      return "quoted-printable";
    case TransferEncoding::base64:
      return "base64";
  }
  return "";
}

bool fits_seven_bit(std::string_view data) {
  const Census census = take_census(data);
  return census.seven_bit && census.longest_line <= max_line_octets;
}

TransferEncoding choose_transfer_encoding(std::string_view text) {
  const Census census = take_census(text);
  if (census.seven_bit && census.longest_line <= max_line_octets) return TransferEncoding::seven_bit;
  const std::size_t quoted = text.size() + 2 * census.to_quote;
  const std::size_t soft_line_breaks = quoted / 75 * 3;
  return quoted + soft_line_breaks <= base64_lines_size(text.size()) ? TransferEncoding::quoted_printable
                                                                     : TransferEncoding::base64;
}

void append_encoded_text(std::string& out, std::string_view text, TransferEncoding encoding) {
  switch (encoding) {
    case TransferEncoding::seven_bit:
      for_each_line(text, [&](std::string_view line, bool ended) {
        out += line;
        if (ended) out += "\r\n";
      });
      return;
    case TransferEncoding::quoted_printable:
      append_quoted_printable(out, text);
      return;
    case TransferEncoding::base64:
      append_base64_lines(out, with_line_ends(text, "\r\n"));
      return;
  }
}

}  // namespace gatepost::mime
