#include "gatepost/mime/encoding/single_byte.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>

#include "gatepost/core/utf8.hpp"
#include "gatepost/mime/encoding/iconv_text.hpp"

namespace gatepost::mime {

namespace {

struct Mended {
  unsigned char byte;
  std::string_view character;
};

struct Charset {
  std::string_view name;
  const char* iconv;
  std::array<Mended, 2> mended{};  ///< where the Encoding Standard has another character than glibc
};

constexpr std::array charsets{
    Charset{"CP866", "CP866"},
    Charset{"ISO-8859-2", "ISO-8859-2"},
    Charset{"ISO-8859-3", "ISO-8859-3"},
    Charset{"ISO-8859-4", "ISO-8859-4"},
    Charset{"ISO-8859-5", "ISO-8859-5"},
    Charset{"ISO-8859-6", "ISO-8859-6"},
    Charset{"ISO-8859-7", "ISO-8859-7"},
    Charset{"ISO-8859-8", "ISO-8859-8"},
    Charset{"ISO-8859-10", "ISO-8859-10"},
    Charset{"ISO-8859-13", "ISO-8859-13"},
    Charset{"ISO-8859-14", "ISO-8859-14"},
    Charset{"ISO-8859-15", "ISO-8859-15"},
    Charset{"ISO-8859-16", "ISO-8859-16"},
    Charset{"KOI8-R", "KOI8-R"},
    Charset{"KOI8-U", "KOI8-U", {{{0xAE, "\u045E"}, {0xBE, "\u040E"}}}},
    Charset{"MACINTOSH", "MACINTOSH", {{{0xC6, "\u2206"}, {0xF0, "\uF8FF"}}}},
    Charset{"MAC-CYRILLIC", "MAC-UK", {{{0xFF, "\u20AC"}}}},
    Charset{"CP874", "CP874"},
    Charset{"CP1250", "CP1250"},
    Charset{"CP1251", "CP1251"},
    Charset{"CP1252", "CP1252"},
    Charset{"CP1253", "CP1253"},
    Charset{"CP1254", "CP1254"},
    Charset{"CP1255", "CP1255", {{{0xCA, "\u05BA"}}}},
    Charset{"CP1256", "CP1256"},
    Charset{"CP1257", "CP1257"},
    Charset{"CP1258", "CP1258"},
    Charset{"X-USER-DEFINED", ""},
};

/// The texts that a table's views look at, three bytes a character at most.
struct OwnedTable {
  std::array<char, 128 * 3> texts{};
  SingleByteTable table{};
};

std::string character_of(const Charset& charset, unsigned char byte) {
  for (const Mended& mended : charset.mended) {
    if (mended.byte == byte) return std::string(mended.character);
  }
  // U+F780 to U+F7FF.
  if (*charset.iconv == '\0')
    return {'\xEF', static_cast<char>(byte < 0xC0 ? 0x9E : 0x9F), static_cast<char>((byte & 0x3F) | 0x80)};
  const char c = static_cast<char>(byte);
  const auto read = iconv_text({&c, 1}, charset.iconv);
  if (read && !read->lossy) return read->text;
  // Microsoft left these to controls.
  return charset.name.starts_with("CP") && byte < 0xA0 ? std::string{'\xC2', c} : std::string();
}

void fill(OwnedTable& owned, const Charset& charset) {
  for (std::size_t i = 0; i < owned.table.size(); ++i) {
    const std::string character = character_of(charset, static_cast<unsigned char>(0x80 + i));
    char* text = owned.texts.data() + 3 * i;
    std::ranges::copy(character.substr(0, 3), text);
    owned.table[i] = {text, std::min<std::size_t>(character.size(), 3)};
  }
}

}  // namespace

const SingleByteTable* single_byte_table(std::string_view charset) {
  static std::array<std::once_flag, charsets.size()> made;
  static std::array<OwnedTable, charsets.size()> tables;
  const auto* found = std::ranges::find(charsets, charset, &Charset::name);
  if (found == charsets.end()) return nullptr;
  const auto index = static_cast<std::size_t>(found - charsets.begin());
  std::call_once(made[index], [&] { fill(tables[index], *found); });
  return &tables[index].table;
}

}  // namespace gatepost::mime
