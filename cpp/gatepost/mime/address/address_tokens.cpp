#include <algorithm>

#include "gatepost/core/ascii.hpp"
#include "gatepost/mime/address/address_reader.hpp"
#include "gatepost/mime/header/encoded_word.hpp"

namespace gatepost::mime {

namespace {

using Kind = AddressToken::Kind;

constexpr std::string_view breaks_word = " \t\r\n()<>[],;:\"";

/// The length of the encoded-word that `text` begins with, even where its mailer left commas and brackets bare; 0 where
/// there is none.
std::size_t loose_encoded_word(std::string_view text) {
  const std::size_t length = encoded_word_length(text);
  return text.substr(0, length).find_first_of(" \t\r\n<>") == std::string_view::npos ? length : 0;
}

/// The end of what begins at `at` and is closed by `close`; comments nest (RFC 5322 §3.2.2). The size where it is open.
std::size_t closing(std::string_view text, std::size_t at, char open, char close) {
  std::size_t depth = 1;
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == close) {
      if (--depth == 0) return i;
    } else if (text[i] == open) {
      ++depth;
    }
  }
  return text.size();
}

}  // namespace

std::vector<AddressToken> split_address_field(std::string_view text, std::string& unclosed) {
  std::vector<AddressToken> tokens;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = text.find_first_not_of(white_space, at);
    if (begin == std::string_view::npos) break;
    const bool space_before = begin > at;
    const char c = text[begin];
    const auto add_enclosed = [&](Kind kind, char open, char close, const char* what) {
      std::size_t end = closing(text, begin, open, close);
      if (end == text.size()) unclosed = what;
      end = std::min(end + 1, text.size());
      tokens.push_back({kind, text.substr(begin, end - begin), space_before});
      at = end;
    };
    if (c == '"') {
      add_enclosed(Kind::quoted, '\0', '"', "a quoted string is not closed");
    } else if (c == '(') {
      add_enclosed(Kind::comment, '(', ')', "a comment is not closed");
    } else if (c == '[') {
      add_enclosed(Kind::literal, '\0', ']', "a '[' is not closed");
    } else if (breaks_word.find(c) != std::string_view::npos) {
      tokens.push_back({Kind::special, text.substr(begin, 1), space_before});
      at = begin + 1;
    } else {
      const std::size_t encoded_word = loose_encoded_word(text.substr(begin));
      at = encoded_word > 0 ? begin + encoded_word : std::min(text.find_first_of(breaks_word, begin), text.size());
      tokens.push_back({Kind::word, text.substr(begin, at - begin), space_before});
    }
  }
  return tokens;
}

}  // namespace gatepost::mime
