#include "gatepost/mime/encoding/east_asian.hpp"

#include <algorithm>
#include <string>

#include "gatepost/mime/encoding/iconv_text.hpp"

namespace gatepost::mime {

namespace {

unsigned char octet(char c) { return static_cast<unsigned char>(c); }
bool is_within(char c, unsigned first, unsigned last) { return octet(c) >= first && octet(c) <= last; }

/// Collects a text of pieces in several of iconv's charsets; pieces in one are decoded together.
class Pieces {
 public:
  void add(const char* charset, std::string_view bytes) {
    if (charset != charset_) flush();
    charset_ = charset;
    bytes_ += bytes;
  }

  void add_text(std::string_view utf8) {
    flush();
    result_.text += utf8;
  }

  void add_unknown() {
    add_text("\uFFFD");
    result_.lossy = true;
  }

  DecodedText finish() && {
    flush();
    return std::move(result_);
  }

 private:
  void flush() {
    if (bytes_.empty()) return;
    const auto read = iconv_text(bytes_, charset_);
    result_.text += read ? read->text : bytes_;
    result_.lossy = result_.lossy || !read || read->lossy;
    bytes_.clear();
  }

  const char* charset_ = "";
  std::string bytes_;
  DecodedText result_;
};

constexpr const char* shift_jis = "CP932";

/// Row and cell of JIS X 0208, each from 0x21 to 0x7E, as Shift_JIS has them.
void add_jis(Pieces& pieces, char row, char cell) {
  const unsigned pointer = (octet(row) - 0x21U) * 94 + octet(cell) - 0x21U;
  const unsigned lead = pointer / 188;
  const unsigned trail = pointer % 188;
  const std::string both{static_cast<char>(lead + (lead < 0x1F ? 0x81 : 0xC1)),
                         static_cast<char>(trail + (trail < 0x3F ? 0x40 : 0x41))};
  pieces.add(shift_jis, both);
}

void add_jis_0212(Pieces& pieces, char row, char cell) {
  pieces.add("EUC-JP",
             std::string{'\x8F', static_cast<char>(octet(row) | 0x80U), static_cast<char>(octet(cell) | 0x80U)});
}

}  // namespace

DecodedText decode_euc_jp(std::string_view bytes) {
  const auto is_half = [&](std::size_t at) { return at < bytes.size() && is_within(bytes[at], 0xA1, 0xFE); };
  Pieces pieces;
  for (std::size_t at = 0; at < bytes.size();) {
    const char c = bytes[at];
    if (octet(c) < 0x80) {
      pieces.add(shift_jis, {&c, 1});
      at += 1;
    } else if (c == '\x8E' && is_half(at + 1) && octet(bytes[at + 1]) <= 0xDF) {
      pieces.add(shift_jis, bytes.substr(at + 1, 1));
      at += 2;
    } else if (c == '\x8F' && is_half(at + 1) && is_half(at + 2)) {
      add_jis_0212(pieces, bytes[at + 1], bytes[at + 2]);
      at += 3;
    } else if (is_half(at) && is_half(at + 1)) {
      add_jis(pieces, static_cast<char>(octet(c) & 0x7FU), static_cast<char>(octet(bytes[at + 1]) & 0x7FU));
      at += 2;
    } else {
      pieces.add_unknown();
      at += 1;
    }
  }
  return std::move(pieces).finish();
}

DecodedText decode_iso_2022_jp(std::string_view bytes) {
  enum class Set { ascii, roman, katakana, jis_0208, jis_0212 };
  struct Escape {
    std::string_view bytes;
    Set set;
  };
  constexpr Escape escapes[] = {{"\x1B(B", Set::ascii},     {"\x1B(J", Set::roman},     {"\x1B(I", Set::katakana},
                                {"\x1B$@", Set::jis_0208},  {"\x1B$B", Set::jis_0208},  {"\x1B$(@", Set::jis_0208},
                                {"\x1B$(B", Set::jis_0208}, {"\x1B$(D", Set::jis_0212}, {"\x0E", Set::katakana},
                                {"\x0F", Set::ascii}};
  const auto is_half = [&](std::size_t at) { return at < bytes.size() && is_within(bytes[at], 0x21, 0x7E); };
  Pieces pieces;
  Set set = Set::ascii;
  for (std::size_t at = 0; at < bytes.size();) {
    const char c = bytes[at];
    const auto* escape =
        std::ranges::find_if(escapes, [&](const Escape& one) { return bytes.substr(at).starts_with(one.bytes); });
    if (escape != std::end(escapes)) {
      set = escape->set;
      at += escape->bytes.size();
      continue;
    }
    if (c == '\n' || c == '\r') set = Set::ascii;  // RFC 1468: a line ends in ASCII
    if (is_half(at) && is_half(at + 1) && (set == Set::jis_0208 || set == Set::jis_0212)) {
      set == Set::jis_0208 ? add_jis(pieces, c, bytes[at + 1]) : add_jis_0212(pieces, c, bytes[at + 1]);
      at += 2;
      continue;
    }
    if (set == Set::katakana && is_within(c, 0x21, 0x5F)) {
      pieces.add(shift_jis, std::string{static_cast<char>(octet(c) | 0x80U)});
    } else if (set == Set::roman && (c == '\\' || c == '~')) {
      pieces.add_text(c == '\\' ? "\u00A5" : "\u203E");
    } else if ((set == Set::ascii || set == Set::roman || is_within(c, 0, 0x20)) && octet(c) < 0x80) {
      pieces.add(shift_jis, {&c, 1});
    } else if (is_within(c, 0xA1, 0xDF)) {
      pieces.add(shift_jis, {&c, 1});
    } else {
      pieces.add_unknown();
    }
    at += 1;
  }
  return std::move(pieces).finish();
}

DecodedText decode_hz(std::string_view bytes) {
  Pieces pieces;
  bool in_chinese = false;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::string_view two = bytes.substr(at, 2);
    if (two == "~{" || two == "~}") {
      in_chinese = two == "~{";
      at += 2;
    } else if (two == "~~" || two == "~\n") {
      if (two == "~~") pieces.add("GB18030", "~");
      at += 2;
    } else if (in_chinese && two.size() == 2 && is_within(two[0], 0x21, 0x7E) && is_within(two[1], 0x21, 0x7E)) {
      pieces.add("GB18030",
                 std::string{static_cast<char>(octet(two[0]) | 0x80U), static_cast<char>(octet(two[1]) | 0x80U)});
      at += 2;
    } else {
      if (two[0] == '\n') in_chinese = false;
      pieces.add("GB18030", two.substr(0, 1));
      at += 1;
    }
  }
  return std::move(pieces).finish();
}

DecodedText decode_big5(std::string_view bytes) {
  Pieces pieces;
  const char* charset = "CP950";
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t size = octet(bytes[at]) >= 0x81 && at + 1 < bytes.size() && octet(bytes[at + 1]) >= 0x40 ? 2 : 1;
    // glibc's BIG5-HKSCS has other signs than everybody else.
    if (size == 2) charset = is_within(bytes[at], 0xA1, 0xA3) ? "CP950" : "BIG5-HKSCS";
    pieces.add(charset, bytes.substr(at, size));
    at += size;
  }
  return std::move(pieces).finish();
}

}  // namespace gatepost::mime
