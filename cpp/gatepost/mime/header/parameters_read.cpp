#include <algorithm>
#include <map>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/hex.hpp"
#include "gatepost/mime/encoding/charset.hpp"
#include "gatepost/mime/header/encoded_word.hpp"
#include "gatepost/mime/header/parameters.hpp"

namespace gatepost::mime {

namespace {

constexpr std::size_t max_parameters = 1000;

struct RawParameter {
  std::string name;
  std::string value;
};

/// Nobody quotes a letter or a digit: before one, a backslash parts the folders of "C:\TEMP\a.png".
bool is_never_quoted(char c) { return is_alnum(c) || static_cast<unsigned char>(c) >= 0x80; }

/// The value behind "=": a quoted string or all up to the next ";". Moves `rest` to that ";", or its end.
std::string take_value(std::string_view& rest, bool& malformed) {
  rest = trim(rest);
  std::string value;
  if (!rest.starts_with('"')) {
    const std::size_t end = rest.find(';');
    value = trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end, rest.size()));
    return value;
  }
  std::size_t at = 1;
  for (; at < rest.size() && rest[at] != '"'; ++at) {
    if (rest[at] == '\\' && at + 1 < rest.size() && !is_never_quoted(rest[at + 1])) ++at;
    value += rest[at];
  }
  const std::size_t end = std::min(rest.find(';', at), rest.size());
  const std::string_view behind = at < rest.size() ? trim(rest.substr(at + 1, end - at - 1)) : "no end";
  malformed = malformed || !(behind.empty() || behind.starts_with('('));  // a comment may follow
  rest.remove_prefix(end);
  return value;
}

std::vector<RawParameter> split(std::string_view rest, bool& malformed) {
  std::vector<RawParameter> found;
  while (!rest.empty() && found.size() < max_parameters) {
    const std::size_t end = rest.find_first_of("=;");
    const std::string_view name = trim(rest.substr(0, end));
    const bool has_value = end != std::string_view::npos && rest[end] == '=';
    rest.remove_prefix(std::min(end, rest.size() - 1) + 1);
    // A ";" behind the last one is nothing to speak of.
    malformed = malformed || name.empty() == has_value;
    if (!has_value) continue;
    std::string value = take_value(rest, malformed);
    if (!name.empty()) found.push_back({lower(name), std::move(value)});
    if (!rest.empty()) rest.remove_prefix(1);
  }
  return found;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const int byte = text[at] == '%' ? hex_octet(text.substr(at + 1, 2)) : -1;
    out += byte >= 0 ? static_cast<char>(byte) : text[at];
    if (byte >= 0) at += 2;
  }
  return out;
}

/// RFC 2231: "name*", "name*0", "name*0*" taken apart.
struct SectionName {
  std::string base;
  std::size_t number = 0;
  bool encoded = false;
};

SectionName read_section_name(std::string_view name) {
  SectionName section;
  if (name.ends_with('*')) {
    section.encoded = true;
    name.remove_suffix(1);
  }
  const std::size_t star = name.find('*');
  section.base = name.substr(0, star);
  if (star != std::string_view::npos) {
    for (const char c : name.substr(star + 1, 4)) {
      if (is_digit(c)) section.number = section.number * 10 + static_cast<std::size_t>(c - '0');
    }
  }
  return section;
}

struct Section {
  std::string text;
  bool encoded = false;
};

/// The sections in order; the charset stands in the first one.
std::string join(const std::map<std::size_t, Section>& sections, std::string_view raw_charset) {
  std::string charset;
  std::string bytes;
  bool first = true;
  bool encoded = false;
  for (const auto& [number, section] : sections) {
    std::string_view text = section.text;
    if (first && section.encoded) {
      const std::size_t language = text.find('\'');
      const std::size_t begin = language == std::string_view::npos ? language : text.find('\'', language + 1);
      if (begin != std::string_view::npos) {
        charset = text.substr(0, language);
        text.remove_prefix(begin + 1);
      }
    }
    bytes += section.encoded ? percent_decoded(text) : std::string(text);
    first = false;
    encoded = encoded || section.encoded;
  }
  // Sections of plain text may hold encoded-words, by mailers that mix the two ways.
  return encoded ? to_utf8(bytes, charset).text : decode_encoded_words(bytes, raw_charset);
}

}  // namespace

std::string_view ParameterisedValue::get(std::string_view name) const {
  const auto found = std::find_if(parameters.begin(), parameters.end(), [&](const auto& p) { return p.first == name; });
  return found == parameters.end() ? std::string_view{} : std::string_view(found->second);
}

ParameterisedValue read_parameters(std::string_view header_value, std::string_view raw_charset) {
  ParameterisedValue result;
  const std::size_t end = header_value.find(';');
  const std::string_view value = trim(header_value.substr(0, end));
  result.value = lower(value.substr(0, value.find_first_of(" \t(")));
  if (end == std::string_view::npos) return result;

  std::map<std::string, std::map<std::size_t, Section>> sectioned;
  std::vector<std::pair<std::string, std::string>> plain;
  for (RawParameter& parameter : split(header_value.substr(end + 1), result.malformed)) {
    if (parameter.name.find('*') == std::string::npos) {
      plain.emplace_back(std::move(parameter.name), decode_encoded_words(parameter.value, raw_charset));
      continue;
    }
    const SectionName name = read_section_name(parameter.name);
    if (name.base.empty()) continue;
    sectioned[name.base].try_emplace(name.number, Section{std::move(parameter.value), name.encoded});
  }
  for (const auto& [name, sections] : sectioned) result.parameters.emplace_back(name, join(sections, raw_charset));
  std::move(plain.begin(), plain.end(), std::back_inserter(result.parameters));
  return result;
}

}  // namespace gatepost::mime
