#include "gatepost/mime/charset.hpp"

#include <gmime/gmime.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <optional>

#include "gatepost/core/ids.hpp"
#include "gatepost/core/utf8.hpp"
#include "gatepost/mime/gmime_init.hpp"

namespace gatepost::mime {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

bool one_of(std::string_view label, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(), [&](auto name) { return equal_ignoring_case(label, name); });
}

/// Names that mailers write and iconv does not know.
std::string iconv_name(std::string_view label) {
  if (one_of(label, {"cp-1251", "win-1251", "windows1251", "x-cp1251", "cp1251"})) return "CP1251";
  if (one_of(label, {"koi8r", "koi8", "koi-8", "koi8-r"})) return "KOI8-R";
  if (one_of(label, {"cp-866", "ibm-866", "x-cp866"})) return "CP866";
  if (one_of(label, {"unicode-1-1-utf-7", "utf7"})) return "UTF-7";
  if (one_of(label, {"gb2312", "x-gbk"})) return "GB18030";
  if (one_of(label, {"ks_c_5601-1987", "ks_c_5601"})) return "CP949";
  if (one_of(label, {"shift_jis", "x-sjis"})) return "CP932";
  if (one_of(label, {"iso-8859-8-i", "iso-8859-8-e"})) return "ISO-8859-8";
  if (one_of(label, {"iso-8859-1", "latin1"})) return "CP1252";  // what senders of "latin1" mean, as browsers read it
  return std::string(label);
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

/// Whether iconv may see it: "utf-8//ignore" would be an instruction, and the placeholders of mailers name nothing.
bool is_charset_name(std::string_view label) {
  if (one_of(label, {"x-unknown", "unknown", "unknown-8bit", "8bit", "binary"})) return false;
  return label.size() <= 64 && std::all_of(label.begin(), label.end(), [](char c) {
           return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-' || c == '_' ||
                  c == '.' || c == ':' || c == '+';
         });
}

/// nullopt where iconv does not know the charset.
std::optional<Utf8Text> convert(std::string_view bytes, const std::string& charset) {
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

/// Lower-case letters are far more frequent than capitals, and the two charsets have them in each other's place.
std::string guess_russian(std::string_view bytes) {
  std::size_t windows = 0;
  std::size_t koi = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0xE0) ++windows;
    if (byte >= 0xC0 && byte < 0xE0) ++koi;
  }
  return koi > windows ? "KOI8-R" : "CP1251";
}

}  // namespace

Utf8Text to_utf8(std::string_view bytes, std::string_view label) {
  const bool is_utf8 = find_invalid_utf8(bytes) == std::string_view::npos;
  const bool names_utf8 = label.empty() || one_of(label, {"utf-8", "utf8", "us-ascii", "ascii", "ansi_x3.4-1968"});
  if (is_utf8 && names_utf8) return {std::string(bytes), false, false};
  if (!names_utf8 && is_charset_name(label)) {
    if (auto converted = convert(bytes, iconv_name(label))) return *std::move(converted);
  }
  if (is_utf8) return {std::string(bytes), true, false};
  Repaired repaired = repair_utf8(bytes);
  if (repaired.good_characters > repaired.lost_bytes) return {std::move(repaired.text), false, true};
  auto guessed = convert(bytes, guess_russian(bytes));
  if (!guessed) return {std::move(repaired.text), true, true};
  guessed->guessed = true;
  return *std::move(guessed);
}

}  // namespace gatepost::mime
