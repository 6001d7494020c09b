#include "gatepost/mime/encoding/decode_charset.hpp"

#include <algorithm>
#include <array>

#include "gatepost/core/utf8.hpp"
#include "gatepost/mime/encoding/east_asian.hpp"
#include "gatepost/mime/encoding/iconv_text.hpp"
#include "gatepost/mime/encoding/single_byte.hpp"

namespace gatepost::mime {

namespace {

constexpr std::string_view replacement = "\uFFFD";

bool is_ascii_octet(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

DecodedText decode_single_bytes(std::string_view bytes, const SingleByteTable& table) {
  DecodedText result;
  result.text.reserve(bytes.size() * 2);
  while (!bytes.empty()) {
    const auto ascii_end = std::ranges::find_if_not(bytes, is_ascii_octet);
    const auto ascii = static_cast<std::size_t>(ascii_end - bytes.begin());
    result.text += bytes.substr(0, ascii);
    bytes.remove_prefix(ascii);
    for (; !bytes.empty() && !is_ascii_octet(bytes.front()); bytes.remove_prefix(1)) {
      const std::string_view character = table[static_cast<unsigned char>(bytes.front()) - 0x80U];
      result.text += character.empty() ? replacement : character;
      result.lossy = result.lossy || character.empty();
    }
  }
  return result;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

/// The space of double width, which glibc has among the private characters, and the euro of GBK.
DecodedText decode_gb18030(std::string_view bytes) {
  auto read = iconv_text(bytes, "GB18030");
  if (!read) return {mend_utf8(bytes).text, true};
  replace_all(read->text, "\uE5E5", "\u3000");
  return *std::move(read);
}

/// How many bytes from `at` on are the beginning of a character, by Unicode's table 3-7; 1 at least.
std::size_t broken_length(std::string_view bytes, std::size_t at) {
  const auto byte = [&](std::size_t i) { return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U; };
  const unsigned lead = byte(at);
  const unsigned second = byte(at + 1);
  const std::size_t whole = lead < 0xC2 || lead > 0xF4 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  const bool is_good = second >= (lead == 0xE0   ? 0xA0U
                                  : lead == 0xF0 ? 0x90U
                                                 : 0x80U) &&
                       second <= (lead == 0xED   ? 0x9FU
                                  : lead == 0xF4 ? 0x8FU
                                                 : 0xBFU);
  if (whole < 3 || !is_good) return 1;
  return whole == 4 && (byte(at + 2) & 0xC0U) == 0x80U ? 3 : 2;
}

/// A surrogate, as some programs write characters beyond U+FFFF in halves.
bool is_surrogate(std::string_view bytes, std::size_t at) {
  return bytes[at] == '\xED' && at + 2 < bytes.size() && static_cast<unsigned char>(bytes[at + 1]) >= 0xA0 &&
         continues(bytes[at + 1]) && continues(bytes[at + 2]);
}

}  // namespace

std::optional<DecodedText> decode_charset(std::string_view bytes, const std::string& charset) {
  if (charset.empty()) return std::nullopt;
  if (const SingleByteTable* table = single_byte_table(charset)) return decode_single_bytes(bytes, *table);
  if (charset == "EUC-JP") return decode_euc_jp(bytes);
  if (charset == "ISO-2022-JP") return decode_iso_2022_jp(bytes);
  if (charset == "HZ") return decode_hz(bytes);
  if (charset == "BIG5") return decode_big5(bytes);
  if (charset == "GB18030") return decode_gb18030(bytes);
  return iconv_text(bytes, charset.c_str());
}

bool has_single_bytes(std::string_view charset) { return single_byte_table(charset) != nullptr; }

MendedUtf8 mend_utf8(std::string_view bytes) {
  MendedUtf8 result;
  for (;;) {
    const std::size_t bad = find_invalid_utf8(bytes);
    const std::string_view good = bytes.substr(0, bad);
    result.text += good;
    result.good += static_cast<std::size_t>(
        std::ranges::count_if(good, [](char c) { return static_cast<unsigned char>(c) >= 0xC0; }));
    if (bad == std::string_view::npos) return result;
    // The Encoding Standard has three U+FFFD for a surrogate.
    const bool is_half = is_surrogate(bytes, bad);
    const std::size_t length = is_half ? 3 : broken_length(bytes, bad);
    for (std::size_t i = is_half ? 0 : 2; i < 3; ++i) result.text += replacement;
    const bool is_cut = static_cast<unsigned char>(bytes[bad]) >= 0xC2 && bad + length == bytes.size();
    if (length > 1) ++result.beginnings;
    if (length == 1 && !is_cut) ++result.strange_bytes;
    result.lost_bytes += length;
    bytes.remove_prefix(bad + length);
  }
}

}  // namespace gatepost::mime
