#include <fmt/format.h>

#include <algorithm>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/hex.hpp"
#include "gatepost/core/utf8.hpp"
#include "gatepost/mime/header/encoded_word.hpp"
#include "gatepost/mime/header/header_line.hpp"
#include "gatepost/mime/header/parameters.hpp"

namespace gatepost::mime {

namespace {

constexpr std::size_t max_quoted = 60;

bool is_escaped(char c) { return c == '"' || c == '\\'; }

bool fits_quoted(std::string_view name) {
  if (name.size() > max_quoted || !is_ascii(name) || name.find("=?") != std::string_view::npos) return false;
  return name.size() + static_cast<std::size_t>(std::count_if(name.begin(), name.end(), is_escaped)) <= max_quoted;
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (is_escaped(c)) out += '\\';
    out += c;
  }
  out += '"';
}

/// RFC 2231 §7 attribute-char.
bool is_attribute_char(char c) {
  return is_alnum(c) || std::string_view("!#$&+-.^_`|~").find(c) != std::string_view::npos;
}

std::string percent_encoded(std::string_view character) {
  std::string out;
  for (const char c : character) {
    if (is_attribute_char(c)) {
      out += c;
    } else {
      append_hex(out, '%', c);
    }
  }
  return out;
}

}  // namespace

void append_disposition_name(std::string& out, std::string_view name) {
  if (fits_quoted(name)) {
    out += ";\r\n filename=";
    append_quoted(out, name);
    return;
  }
  std::string whole;
  std::vector<std::string> sections{"utf-8''"};
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t length = utf8_length_at(name, at);
    const std::string encoded = percent_encoded(name.substr(at, length));
    if (sections.back().size() + encoded.size() > max_quoted) sections.emplace_back();
    sections.back() += encoded;
    at += length;
  }
  if (sections.size() == 1) {
    out += ";\r\n filename*=" + sections[0];
    return;
  }
  for (std::size_t i = 0; i < sections.size(); ++i) out += fmt::format(";\r\n filename*{}*={}", i, sections[i]);
}

void append_type_name(std::string& out, std::string_view name) {
  if (fits_quoted(name)) {
    out += ";\r\n name=";
    append_quoted(out, name);
    return;
  }
  constexpr std::string_view opening = " name=\"";
  out += ";\r\n";
  out += opening;
  const WordEncoding encoding = shorter_word_encoding(name);
  std::size_t column = opening.size();
  while (!name.empty()) {
    // One octet stays free for the closing quote.
    name.remove_prefix(append_encoded_word(out, name, encoding, HeaderLine::encoded_limit - 1 - column));
    if (!name.empty()) out += "\r\n ";
    column = 1;
  }
  out += '"';
}

}  // namespace gatepost::mime
