#include "gatepost/mime/encoding/charset.hpp"

#include <gmime/gmime.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <optional>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/utf8.hpp"
#include "gatepost/mime/encoding/charset_guess.hpp"
#include "gatepost/mime/gmime_init.hpp"

namespace gatepost::mime {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr std::array<std::string_view, 6> single_byte_names{"CP125", "ISO8859-", "KOI8-", "CP866", "ISO-8859-", "MAC-"};

bool starts_with_ignoring_case(std::string_view text, std::string_view start) {
  return equal_ignoring_case(text.substr(0, start.size()), start);
}

bool one_of(std::string_view label, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(), [&](auto name) { return equal_ignoring_case(label, name); });
}

/// A label as people spell it, down to what tells it apart: "Windows_1251", "'win-1251'" and "x-cp1251" become
/// "windows1251", "win1251" and "cp1251".
std::string key_of(std::string_view label) {
  std::string key;
  for (const char c : label) {
    if (is_alnum(c)) key += lower(c);
  }
  if (key.starts_with('x') && key.size() > 1) key.erase(0, 1);
  return key;
}

/// Whether iconv may see it: "utf-8//ignore" would be an instruction, and the placeholders of mailers name nothing.
bool is_charset_name(std::string_view label) {
  if (one_of(label, {"x-unknown", "unknown", "unknown-8bit", "8bit", "binary"})) return false;
  return label.size() <= 64 && std::all_of(label.begin(), label.end(), [](char c) {
           return is_alnum(c) || c == '-' || c == '_' || c == '.' || c == ':' || c == '+';
         });
}

/// Names that mailers write and iconv does not know, or knows as something else; "" for what cannot be a name.
std::string iconv_name(std::string_view label, std::string_view key) {
  const auto is = [&](std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), key) != names.end();
  };
  if (is({"windows1251", "win1251", "cp1251", "1251", "ansi1251", "mscyrl"})) return "CP1251";
  if (is({"koi8r", "koi8", "koi8ru", "cskoi8r"})) return "KOI8-R";
  if (is({"koi8u"})) return "KOI8-U";
  if (is({"cp866", "ibm866", "866", "dos866", "oem866"})) return "CP866";
  if (is({"iso88595", "88595", "isocyrillic"})) return "ISO-8859-5";
  if (is({"maccyrillic", "maccyr"})) return "MAC-CYRILLIC";
  if (is({"unicode11utf7", "utf7"})) return "UTF-7";
  if (is({"gb2312", "gbk"})) return "GB18030";
  if (is({"ksc56011987", "ksc5601"})) return "CP949";
  if (is({"shiftjis", "sjis"})) return "CP932";
  if (is({"iso88598i", "iso88598e"})) return "ISO-8859-8";
  if (is({"iso88591", "latin1"})) return "CP1252";  // what senders of "latin1" mean, as browsers read it
  if (is({"iso885915", "latin9"})) return "ISO-8859-15";
  if (key.starts_with("windows125") || key.starts_with("win125"))
    return "CP" + std::string(key.substr(key.find("125")));
  return is_charset_name(label) ? std::string(label) : std::string();
}

/// Charsets of one byte a letter: text in them is hardly ever UTF-8 as well.
bool has_single_bytes(std::string_view iconv) {
  return std::any_of(single_byte_names.begin(), single_byte_names.end(),
                     [&](std::string_view start) { return starts_with_ignoring_case(iconv, start); });
}

/// RFC 2781 §4.3: big-endian without a byte order mark; letters have both, and most of their text is below U+0500.
std::string utf16_name(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) return "UTF-16";
  std::array<std::size_t, 2> small{};
  for (std::size_t i = 0; i < bytes.size(); ++i) small[i % 2] += static_cast<unsigned char>(bytes[i]) < 5 ? 1 : 0;
  return small[1] > small[0] ? "UTF-16LE" : "UTF-16BE";
}

struct Repaired {
  std::string text;
  std::size_t good_characters = 0;  ///< beyond ASCII
  std::size_t lost_bytes = 0;
};

Repaired repair_utf8(std::string_view bytes) {
  Repaired result;
  for (;;) {
    const std::size_t bad = find_invalid_utf8(bytes);
    const std::string_view good = bytes.substr(0, bad);
    result.text += good;
    result.good_characters += static_cast<std::size_t>(
        std::count_if(good.begin(), good.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xC0; }));
    if (bad == std::string_view::npos) return result;
    result.text += replacement;
    ++result.lost_bytes;
    bytes.remove_prefix(bad + 1);
  }
}

/// nullopt where iconv does not know the charset.
std::optional<Utf8Text> convert(std::string_view bytes, const std::string& charset) {
  if (charset.empty()) return std::nullopt;
  ensure_gmime();
  const iconv_t converter = g_mime_iconv_open("UTF-8", charset.c_str());
  // GMime's sentinel for failure is (iconv_t)-1.
  if (reinterpret_cast<std::intptr_t>(converter) == -1) return std::nullopt;
  Utf8Text result;
  std::array<char, 4096> chunk{};
  // iconv takes char** for bytes it does not change.
  char* in = const_cast<char*>(bytes.data());
  std::size_t left = bytes.size();
  bool done = false;
  while (!done) {
    char* to = chunk.data();
    std::size_t room = chunk.size();
    const bool finishing = left == 0;
    const std::size_t rc =
        finishing ? iconv(converter, nullptr, nullptr, &to, &room) : iconv(converter, &in, &left, &to, &room);
    const int error = rc == static_cast<std::size_t>(-1) ? errno : 0;
    result.text.append(chunk.data(), chunk.size() - room);
    if (finishing) {
      done = error != E2BIG;
    } else if (error == EILSEQ || error == EINVAL) {
      result.text += replacement;
      result.lossy = true;
      ++in;
      --left;
    }
  }
  g_mime_iconv_close(converter);
  // Some converters let surrogates through.
  if (find_invalid_utf8(result.text) != std::string_view::npos) {
    result.text = repair_utf8(result.text).text;
    result.lossy = true;
  }
  return result;
}

/// Whether UTF-8 that is labelled otherwise is UTF-8 all the same: a sequence or two may be chance.
bool is_surely_utf8(std::string_view bytes) {
  constexpr std::size_t enough = 3;
  std::size_t characters = 0;
  for (const char c : bytes) {
    if (static_cast<unsigned char>(c) >= 0xC0 && ++characters == enough) return true;
  }
  return false;
}

/// Bytes that no letter of a charset is read as.
bool has_c1_control(std::string_view utf8) {
  for (std::size_t at = 0; (at = utf8.find('\xC2', at)) != std::string_view::npos; ++at) {
    if (at + 1 < utf8.size() && static_cast<unsigned char>(utf8[at + 1]) < 0xA0) return true;
  }
  return false;
}

Utf8Text guess(std::string_view bytes) {
  Repaired repaired = repair_utf8(bytes);
  if (repaired.good_characters > repaired.lost_bytes) return {std::move(repaired.text), false, true};
  auto guessed = convert(bytes, std::string(guess_charset(bytes)));
  if (!guessed) return {std::move(repaired.text), true, true};
  guessed->guessed = true;
  return *std::move(guessed);
}

}  // namespace

Utf8Text to_utf8(std::string_view bytes, std::string_view label) {
  const bool is_utf8 = find_invalid_utf8(bytes) == std::string_view::npos;
  if (is_utf8 && label.empty()) return {std::string(bytes), false, false};
  const std::string key = key_of(label);
  const bool names_utf8 = key.empty() || key == "utf8" || key == "unicode11utf8";
  const bool names_ascii = key == "usascii" || key == "ascii" || key == "ansix341968";
  if (is_utf8 && names_utf8) return {std::string(bytes), false, false};
  if (is_utf8 && names_ascii) return {std::string(bytes), !is_ascii(bytes), false};
  if (!names_utf8 && !names_ascii) {
    const std::string name = key == "utf16" || key == "unicode" ? utf16_name(bytes) : iconv_name(trim(label), key);
    if (is_utf8 && has_single_bytes(name) && is_surely_utf8(bytes)) return {std::string(bytes), true, false};
    if (const auto plainly = is_utf8 ? std::string_view() : russian_behind_label(bytes, name); !plainly.empty()) {
      auto reread = convert(bytes, std::string(plainly));
      if (reread) {
        reread->guessed = true;
        return *std::move(reread);
      }
    }
    auto converted = convert(bytes, name);
    const bool wrong_label = converted && converted->lossy && is_utf8 && is_surely_utf8(bytes);
    if (converted && !wrong_label) return *std::move(converted);
  }
  if (is_utf8) return {std::string(bytes), true, false};
  return guess(bytes);
}

std::string raw_text_to_utf8(std::string_view bytes, std::string_view charset) {
  if (!charset.empty() && find_invalid_utf8(bytes) != std::string_view::npos) {
    if (Utf8Text text = to_utf8(bytes, charset); !text.lossy && !has_c1_control(text.text)) return std::move(text.text);
  }
  return to_utf8(bytes, "").text;
}

}  // namespace gatepost::mime
