#include "gatepost/mime/header/encoded_word.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/base64.hpp"
#include "gatepost/core/hex.hpp"
#include "gatepost/core/utf8.hpp"
#include "gatepost/mime/encoding/charset.hpp"
#include "gatepost/mime/encoding/lenient_base64.hpp"

namespace gatepost::mime {

namespace {

constexpr std::string_view b_prefix = "=?utf-8?B?";
constexpr std::string_view q_prefix = "=?utf-8?Q?";
constexpr std::size_t frame = b_prefix.size() + 2;

/// RFC 2047 §5 (3): what a Q word of a phrase may show as it is; the same set serves everywhere.
constexpr std::array<bool, 256> make_q_plain() {
  std::array<bool, 256> plain{};
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/ ";
  for (const char c : letters) plain[static_cast<unsigned char>(c)] = true;
  return plain;
}

constexpr auto q_plain = make_q_plain();

std::size_t q_size(std::string_view text) {
  std::size_t size = 0;
  for (const char c : text) size += q_plain[static_cast<unsigned char>(c)] ? 1 : 3;
  return size;
}

void append_q(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (!q_plain[static_cast<unsigned char>(c)]) {
      append_hex(out, '=', c);
    } else {
      out += c == ' ' ? '_' : c;
    }
  }
}

/// One encoded-word as it was found; the views point into the header.
struct FoundWord {
  std::string_view charset;
  char encoding = 'q';
  std::string_view text;
  std::size_t end = 0;
};

/// Where "?=" stands, or npos where another word begins before it. "=?=" is the end of padded text.
std::size_t end_of_text(std::string_view value, std::size_t at) {
  for (; (at = value.find('?', at)) != std::string_view::npos; ++at) {
    if (value.substr(at, 2) == "?=") return at;
    if (value[at - 1] == '=') break;
  }
  return std::string_view::npos;
}

/// The encoded-word that begins at `at`, where "=?" stands. Looks no further than to the next beginning, so that a
/// header full of them is read once.
std::optional<FoundWord> read_word(std::string_view value, std::size_t at) {
  const std::string_view head = value.substr(at + 2, 64);
  const std::size_t charset_end = head.find('?');
  if (charset_end == std::string_view::npos || charset_end == 0) return std::nullopt;
  const std::size_t text_begin = at + 2 + charset_end + 3;
  if (text_begin > value.size() || value[text_begin - 1] != '?') return std::nullopt;
  FoundWord word;
  word.charset = head.substr(0, std::min(head.find('*'), charset_end));  // RFC 2231 §5: a language may follow
  word.encoding = static_cast<char>(value[text_begin - 2] | 0x20);
  if (word.encoding != 'b' && word.encoding != 'q') return std::nullopt;
  const std::size_t text_end = end_of_text(value, text_begin);  // some mailers leave a bare "?" in a Q word
  if (text_end == std::string_view::npos) return std::nullopt;
  word.text = value.substr(text_begin, text_end - text_begin);
  word.end = text_end + 2;
  return word;
}

std::string decode_q(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const int byte = text[at] == '=' ? hex_octet(text.substr(at + 1, 2)) : -1;
    if (byte >= 0) {
      out += static_cast<char>(byte);
      at += 2;
    } else {
      out += text[at] == '_' ? ' ' : text[at];
    }
  }
  return out;
}

/// Collects the bytes of a row of words in one charset, so that characters cut between two words come together.
class WordRow {
 public:
  explicit WordRow(std::string& out) : out_(out) {}

  void add(const FoundWord& word) {
    if (!equal_ignoring_case(word.charset, charset_)) flush();
    charset_ = word.charset;
    bool odd = false;
    bytes_ += word.encoding == 'b' ? decode_lenient_base64(word.text, odd) : decode_q(word.text);
  }

  void flush() {
    if (!bytes_.empty()) out_ += to_utf8(bytes_, charset_).text;
    bytes_.clear();
    charset_ = {};
  }

 private:
  std::string& out_;
  std::string bytes_;
  std::string_view charset_;
};

}  // namespace

WordEncoding shorter_word_encoding(std::string_view text) {
  return q_size(text) <= (text.size() + 2) / 3 * 4 ? WordEncoding::q : WordEncoding::b;
}

std::size_t append_encoded_word(std::string& out, std::string_view text, WordEncoding encoding, std::size_t room) {
  const std::size_t payload = std::min(room, max_encoded_word) - frame;
  std::size_t taken = 0;
  if (encoding == WordEncoding::b) {
    taken = utf8_prefix(text, payload / 4 * 3).size();
    out += b_prefix;
    append_base64(out, text.substr(0, taken));
  } else {
    for (std::size_t used = 0; taken < text.size();) {
      const std::size_t length = utf8_length_at(text, taken);
      used += q_size(text.substr(taken, length));
      if (used > payload) break;
      taken += length;
    }
    out += q_prefix;
    append_q(out, text.substr(0, taken));
  }
  out += "?=";
  return taken;
}

std::size_t encoded_word_length(std::string_view text) {
  const auto word = text.starts_with("=?") ? read_word(text, 0) : std::nullopt;
  return word ? word->end : 0;
}

std::string decode_encoded_words(std::string_view value, std::string_view raw_charset) {
  if (value.find("=?") == std::string_view::npos) return raw_text_to_utf8(value, raw_charset);
  std::string out;
  WordRow row(out);
  std::size_t plain_begin = 0;  // what stands behind the last word
  bool behind_word = false;
  for (std::size_t at = value.find("=?"); at != std::string_view::npos; at = value.find("=?", at)) {
    const auto word = read_word(value, at);
    if (!word) {
      at += 2;
      continue;
    }
    const std::string_view between = value.substr(plain_begin, at - plain_begin);
    if (!behind_word || between.find_first_not_of(" \t\r\n") != std::string_view::npos) {
      row.flush();
      out += raw_text_to_utf8(between, raw_charset);
    }
    row.add(*word);
    behind_word = true;
    at = plain_begin = word->end;
  }
  row.flush();
  return out + raw_text_to_utf8(value.substr(plain_begin), raw_charset);
}

}  // namespace gatepost::mime
