#include "gatepost/mime/encoding/charset.hpp"

#include <array>
#include <optional>
#include <utility>

#include "gatepost/core/utf8.hpp"
#include "gatepost/mime/encoding/charset_guess.hpp"
#include "gatepost/mime/encoding/charset_label.hpp"
#include "gatepost/mime/encoding/decode_charset.hpp"

namespace gatepost::mime {

namespace {

/// RFC 2781 §4.3: big-endian without a byte order mark; letters have both, and most of their text is below U+0500.
std::string utf16_name(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) return "UTF-16";
  std::array<std::size_t, 2> small{};
  for (std::size_t i = 0; i < bytes.size(); ++i) small[i % 2] += static_cast<unsigned char>(bytes[i]) < 5 ? 1 : 0;
  return small[1] > small[0] ? "UTF-16LE" : "UTF-16BE";
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

std::optional<Utf8Text> convert(std::string_view bytes, const std::string& charset, bool guessed) {
  auto read = decode_charset(bytes, charset);
  if (!read) return std::nullopt;
  return Utf8Text{std::move(read->text), guessed, read->lossy};
}

/// Of text that is not UTF-8 and has no label that is of use, or that of UTF-8.
Utf8Text guess(std::string_view bytes, bool is_labelled_utf8) {
  MendedUtf8 mended = mend_utf8(bytes);
  const std::size_t signs_of_utf8 = mended.good + mended.beginnings;
  if (is_labelled_utf8 && signs_of_utf8 > 0 && (signs_of_utf8 >= mended.strange_bytes || !reads_as_russian(bytes))) {
    return {std::move(mended.text), false, true};
  }
  if (mended.good > mended.lost_bytes) return {std::move(mended.text), false, true};
  return convert(bytes, std::string(guess_charset(bytes)), true).value_or(Utf8Text{mended.text, true, true});
}

}  // namespace

Utf8Text to_utf8(std::string_view bytes, std::string_view label) {
  const bool is_utf8 = find_invalid_utf8(bytes) == std::string_view::npos;
  if (is_utf8 && label.empty()) return {std::string(bytes), false, false};
  const std::string key = label_key(label);
  const bool names_ascii = key == "usascii" || key == "ascii" || key == "ansix341968";
  std::string name = names_ascii ? std::string() : charset_of_label(label);
  if (is_utf8 && (key.empty() || name == "UTF-8")) return {std::string(bytes), false, false};
  if (is_utf8 && names_ascii) return {std::string(bytes), !is_ascii(bytes), false};
  if (name == "UTF-8") return guess(bytes, true);
  if (name == "UTF-16") name = utf16_name(bytes);
  if (is_utf8 && has_single_bytes(name) && is_surely_utf8(bytes)) return {std::string(bytes), true, false};
  if (const auto plainly = is_utf8 ? std::string_view() : russian_behind_label(bytes, name); !plainly.empty()) {
    if (auto read = convert(bytes, std::string(plainly), true)) return *std::move(read);
  }
  if (auto read = convert(bytes, name, false)) {
    const bool is_wrong_label = read->lossy && is_utf8 && is_surely_utf8(bytes);
    if (!is_wrong_label) return *std::move(read);
  }
  if (is_utf8) return {std::string(bytes), true, false};
  return guess(bytes, false);
}

std::string raw_text_to_utf8(std::string_view bytes, std::string_view charset) {
  if (!charset.empty() && find_invalid_utf8(bytes) != std::string_view::npos) {
    if (Utf8Text text = to_utf8(bytes, charset); !text.lossy && !has_c1_control(text.text)) return std::move(text.text);
  }
  return to_utf8(bytes, "").text;
}

}  // namespace gatepost::mime
