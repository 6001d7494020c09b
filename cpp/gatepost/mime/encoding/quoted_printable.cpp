#include "gatepost/mime/encoding/quoted_printable.hpp"

#include "gatepost/core/hex.hpp"

namespace gatepost::mime {

namespace {

constexpr auto npos = std::string_view::npos;

void append_decoded(std::string& out, std::string_view line, bool& odd) {
  for (std::size_t mark = line.find('='); mark != npos; mark = line.find('=')) {
    out += line.substr(0, mark);
    const int byte = hex_octet(line.substr(mark + 1, 2));
    out += byte < 0 ? '=' : static_cast<char>(byte);
    odd = odd || byte < 0;
    line.remove_prefix(byte < 0 ? mark + 1 : mark + 3);
  }
  out += line;
}

}  // namespace

std::string decode_quoted_printable(std::string_view text, bool& odd) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == npos ? text.size() : end + 1);
    const std::string_view line_end = end == npos ? "" : line.ends_with('\r') ? "\r\n" : "\n";
    if (line_end.size() == 2) line.remove_suffix(1);
    line = trim_back(line, " \t");
    const bool soft = line.ends_with('=');
    if (soft) line.remove_suffix(1);
    append_decoded(out, line, odd);
    if (!soft) out += line_end;
  }
  return out;
}

}  // namespace gatepost::mime
