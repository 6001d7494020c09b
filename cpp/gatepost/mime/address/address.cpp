#include "gatepost/mime/address/address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/text_gate.hpp"
#include "gatepost/core/utf8.hpp"
#include "gatepost/mime/address/atext.hpp"
#include "gatepost/mime/address/idn.hpp"
#include "gatepost/mime/header/encoded_word.hpp"

namespace gatepost::mime {

namespace {

constexpr std::size_t max_address = 254;  // RFC 5321 §4.5.3.1.3: a path of 256 octets with its brackets

bool is_dot_atom(std::string_view text) {
  bool dot = true;  // as if one stood before
  for (const char c : text) {
    if (c == '.' && dot) return false;
    if (c != '.' && !is_atext(c) && static_cast<unsigned char>(c) < 0x80) return false;
    dot = c == '.';
  }
  return !dot;
}

std::string quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

InputError local_part_error(std::string what) { return {"local part", std::move(what)}; }

/// Why `local` is no dot-atom, in words.
std::string dot_atom_fault(std::string_view local) {
  const auto in_quotes = [&](std::string_view fault) {
    return fmt::format("{}, which it may in quotes alone: {}@...", fault, quote(local));
  };
  if (local.front() == '.' || local.back() == '.') return in_quotes("begins or ends with a dot");
  if (local.find("..") != std::string_view::npos) return in_quotes("has two dots in a row");
  const auto bad = std::find_if(local.begin(), local.end(), [](char c) {
    return c != '.' && !is_atext(c) && static_cast<unsigned char>(c) < 0x80;
  });
  const auto at = bad - local.begin();
  if (*bad == ' ') return fmt::format("byte {} is a space", at);
  return fmt::format("byte {} is '{}', which must be in quotes", at, *bad);
}

/// White space beyond ASCII, zero-width and direction marks: the dirt of pasted lists, invisible to who looks for it.
/// IDNA drops some of them, which would join what stands beside.
bool is_invisible(std::string_view character) {
  using Range = std::pair<std::string_view, std::string_view>;
  constexpr std::array<Range, 12> ranges{{{"\u0080", "\u00A0"},
                                          {"\u00AD", "\u00AD"},
                                          {"\u034F", "\u034F"},
                                          {"\u1680", "\u1680"},
                                          {"\u180B", "\u180F"},
                                          {"\u2000", "\u200F"},
                                          {"\u2028", "\u202F"},
                                          {"\u205F", "\u2064"},
                                          {"\u3000", "\u3000"},
                                          {"\uFE00", "\uFE0F"},
                                          {"\uFEFF", "\uFEFF"},
                                          {"\U000E0100", "\U000E01EF"}}};
  // The order of UTF-8 is that of the characters.
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& range) { return range.first <= character && character <= range.second; });
}

/// Of a domain the joiners may be letters' own (RFC 5892 §A.1, §A.2).
bool is_joiner(std::string_view character) { return character == "\u200C" || character == "\u200D"; }

std::optional<InputError> check_visible(const char* where, std::string_view text, bool joiners) {
  if (is_ascii(text)) return std::nullopt;
  for (std::size_t at = 0; at < text.size(); at += utf8_length_at(text, at)) {
    const std::string_view character = text.substr(at, utf8_length_at(text, at));
    if (is_invisible(character) && !(joiners && is_joiner(character))) {
      return InputError{where, fmt::format("byte {} is an invisible character", at)};
    }
  }
  return std::nullopt;
}

/// The text that atoms and quoted strings with dots between them stand for (RFC 5322 §4.4 obs-local-part).
Result<std::string, InputError> read_words(std::string_view local) {
  if (local.find('"') == std::string_view::npos) {
    if (!is_dot_atom(local)) return local_part_error(dot_atom_fault(local));
    return std::string(local);
  }
  std::string text;
  std::size_t at = 0;
  for (bool first = true; first || at < local.size(); first = false) {
    if (!first && local[at] != '.') return local_part_error("no dot joins a quoted string to what is beside it");
    if (!first) text += local[at++];
    if (at < local.size() && local[at] == '"') {
      for (++at; at < local.size() && local[at] != '"'; ++at) {
        if (local[at] == '\\' && at + 1 < local.size()) ++at;
        text += local[at];
      }
      if (at == local.size()) return local_part_error("the quoted string does not end before the '@'");
      ++at;
    } else {
      const std::string_view atom = local.substr(at, local.find_first_of(".\"", at) - at);
      if (!is_dot_atom(atom)) return local_part_error(atom.empty() ? "has a dot too many" : dot_atom_fault(atom));
      text += atom;
      at += atom.size();
    }
  }
  return text;
}

bool has_encoded_word(std::string_view local) {
  const std::size_t begin = local.find("=?");
  return begin != std::string_view::npos && encoded_word_length(local.substr(begin)) > 0;
}

Result<std::string, InputError> normalise_local_part(std::string_view local) {
  if (local.empty()) return local_part_error("is empty");
  if (auto error = check_visible("local part", local, false)) return *std::move(error);
  auto words = read_words(local);
  if (!words) return words;
  if (has_encoded_word(*words)) return local_part_error("is an encoded-word, which is never an address");
  return is_dot_atom(*words) ? *std::move(words) : quote(*words);
}

Result<std::string, InputError> normalise_literal(std::string_view literal) {
  std::array<unsigned char, 16> address{};
  const bool closed = literal.size() > 2 && literal.back() == ']';
  std::string inside(closed ? literal.substr(1, literal.size() - 2) : literal);
  const bool v6 = equal_ignoring_case(inside.substr(0, 5), "IPv6:");
  const std::string number = v6 ? inside.substr(5) : inside;
  if (!closed || inet_pton(v6 ? AF_INET6 : AF_INET, number.c_str(), address.data()) != 1) {
    return InputError{"domain", fmt::format("{} is not an IP address in brackets", quoted_for_message(literal))};
  }
  return std::string(literal);
}

}  // namespace

Result<std::string, InputError> normalise_address(std::string_view address) {
  address = trim(address);
  if (address.empty()) return InputError{"address", "is empty"};
  if (auto error = check_line("address", address)) return *std::move(error);
  const std::size_t at = address.rfind('@');
  if (at == std::string_view::npos) {
    return InputError{"address", fmt::format("{} has no '@'", quoted_for_message(address))};
  }
  auto local = normalise_local_part(address.substr(0, at));
  if (!local) return local;
  const std::string_view after = address.substr(at + 1);
  if (auto error = check_visible("domain", after, true)) return *std::move(error);
  auto domain = after.starts_with('[') ? normalise_literal(after) : domain_to_ascii(after);
  if (!domain) return domain;
  std::string wire = *local + '@' + *domain;
  if (wire.size() > max_address) {
    return InputError{"address", fmt::format("is {} octets long, {} are allowed", wire.size(), max_address)};
  }
  return wire;
}

bool needs_smtputf8(std::string_view wire_address) {
  return !is_ascii(wire_address.substr(0, wire_address.rfind('@')));
}

std::string_view domain_of(std::string_view wire_address) {
  const std::size_t at = wire_address.rfind('@');
  return at == std::string_view::npos ? std::string_view{} : wire_address.substr(at + 1);
}

}  // namespace gatepost::mime
