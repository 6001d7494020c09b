#include "gatepost/sink/glob.hpp"

#include "gatepost/core/ascii.hpp"

namespace gatepost::sink {

namespace {

/// The position behind the character that begins at `at`.
std::size_t behind_character(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  return at;
}

}  // namespace

bool glob_match(std::string_view pattern, std::string_view text) {
  if (pattern == "*") return true;
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;  // behind the last * seen ...
  std::size_t retry = 0;                      // ... and where its rest is tried next
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      retry = t;
    } else if (p < pattern.size() && pattern[p] == '?') {
      ++p;
      t = behind_character(text, t);
    } else if (p < pattern.size() && lower(pattern[p]) == lower(text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star;
      t = ++retry;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace gatepost::sink
