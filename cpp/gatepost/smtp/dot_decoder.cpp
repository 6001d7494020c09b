#include "gatepost/smtp/dot_decoder.hpp"

#include <algorithm>

namespace gatepost::smtp {

namespace {
// A line's end is looked for no further than this: the whole portion would be searched again for each bare CR.
constexpr std::size_t search_window = 1024;
}  // namespace

void DotDecoder::read(std::string_view& bytes, std::string& out) {
  const auto all = bytes;
  decode(bytes, out);
  octets_.read(all.substr(0, all.size() - bytes.size()));
}

void DotDecoder::decode(std::string_view& bytes, std::string& out) {
  while (!done_ && !bytes.empty()) {
    if (seen_ == Seen::crlf || seen_ == Seen::text) {
      const auto run = whole_lines(bytes);
      keep(bytes.substr(0, run), out);
      bytes.remove_prefix(run);
      if (bytes.empty()) return;
    }
    step(bytes.front(), out);
    bytes.remove_prefix(1);
  }
}

// The longest run that can be kept as it is: lines with CRLF and without a dot in front, then the begun line up to its
// first CR or LF.
std::size_t DotDecoder::whole_lines(std::string_view bytes) {
  std::size_t end = 0;
  while (end < bytes.size() && !(seen_ == Seen::crlf && bytes[end] == '.')) {
    const auto window = bytes.substr(end, search_window);
    const auto line_end = std::min(window.find('\n'), window.size());
    const auto cr = window.substr(0, line_end).find('\r');
    const bool canonical = cr != std::string_view::npos && cr + 1 == line_end && line_end < window.size();
    if (canonical) {
      end += line_end + 1;
      seen_ = Seen::crlf;
      count(line_end + 1);
      line_ = 0;
      continue;
    }
    const auto text = std::min(cr, line_end);
    if (text > 0) seen_ = Seen::text;
    count(text);
    end += text;
    if (text < window.size()) return end;
  }
  return end;
}

// One byte, for the few that need thought. A CR is kept as soon as it comes, except behind a line's first dot.
void DotDecoder::step(char c, std::string& out) {
  const auto byte = std::string_view(&c, 1);
  switch (seen_) {
    case Seen::crlf:
      if (c == '.') {
        seen_ = Seen::dot;
        return;
      }
      break;
    case Seen::text:
      break;
    case Seen::cr:
      if (c == '\n') {
        keep(byte, out);
        seen_ = Seen::crlf;
        count(1);
        line_ = 0;
        return;
      }
      bare_newline_ = true;
      break;
    case Seen::dot:
      if (c == '\r') {
        seen_ = Seen::dot_cr;
        return;
      }
      break;  // the dot was a doubled one, or stood in front of a line that is not alone: either way it goes
    case Seen::dot_cr:
      if (c == '\n') {
        done_ = true;
        return;
      }
      keep("\r", out);
      count(1);
      bare_newline_ = true;
      break;
  }
  keep(byte, out);
  count(1);
  if (c == '\n') bare_newline_ = true;
  seen_ = c == '\r' ? Seen::cr : Seen::text;
}

void DotDecoder::keep(std::string_view bytes, std::string& out) {
  if (too_large_) return;
  if (bytes.size() > max_bytes_ - out.size()) {
    too_large_ = true;
    out = std::string();
    return;
  }
  out.append(bytes);
}

}  // namespace gatepost::smtp
