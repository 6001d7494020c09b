#include "gatepost/smtp/sasl/saslprep.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "gatepost/core/utf8.hpp"

namespace gatepost::smtp {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// RFC 3454 C.1.2
constexpr std::array spaces = {Range{0xA0, 0xA0},     Range{0x1680, 0x1680}, Range{0x2000, 0x200B},
                               Range{0x202F, 0x202F}, Range{0x205F, 0x205F}, Range{0x3000, 0x3000}};
// RFC 3454 B.1
constexpr std::array invisible = {Range{0xAD, 0xAD},     Range{0x34F, 0x34F},   Range{0x1806, 0x1806},
                                  Range{0x180B, 0x180D}, Range{0x200C, 0x200D}, Range{0x2060, 0x2060},
                                  Range{0xFE00, 0xFE0F}, Range{0xFEFF, 0xFEFF}};
// RFC 3454 C.2.1, C.2.2, C.3, C.6, C.7, C.8, C.9; C.4 (non-characters) is computed, C.5 (surrogates) is no UTF-8.
constexpr std::array prohibited = {
    Range{0x00, 0x1F},       Range{0x7F, 0x9F},       Range{0x340, 0x341},      Range{0x6DD, 0x6DD},
    Range{0x70F, 0x70F},     Range{0x180E, 0x180E},   Range{0x200E, 0x200F},    Range{0x2028, 0x202E},
    Range{0x2061, 0x2063},   Range{0x206A, 0x206F},   Range{0x2FF0, 0x2FFB},    Range{0xE000, 0xF8FF},
    Range{0xFDD0, 0xFDEF},   Range{0xFFF9, 0xFFFD},   Range{0x1D173, 0x1D17A},  Range{0xE0001, 0xE0001},
    Range{0xE0020, 0xE007F}, Range{0xF0000, 0xFFFFD}, Range{0x100000, 0x10FFFD}};

bool in(std::span<const Range> ranges, char32_t c) {
  return std::any_of(ranges.begin(), ranges.end(), [c](Range r) { return c >= r.first && c <= r.last; });
}

/// `bytes` is one well-formed character.
char32_t code_point(std::string_view bytes) {
  const auto lead = static_cast<unsigned char>(bytes.front());
  if (bytes.size() == 1) return lead;
  char32_t c = lead & (0xFFU >> (bytes.size() + 1));
  for (const char byte : bytes.substr(1)) c = c << 6 | (static_cast<unsigned char>(byte) & 0x3FU);
  return c;
}

}  // namespace

std::optional<std::string> saslprep(std::string_view text) {
  if (find_invalid_utf8(text) != std::string_view::npos) return std::nullopt;
  std::string prepared;
  for (std::size_t at = 0; at < text.size();) {
    const auto bytes = text.substr(at, utf8_length_at(text, at));
    at += bytes.size();
    const auto c = code_point(bytes);
    if (in(spaces, c)) {
      prepared += ' ';
    } else if (in(prohibited, c) || (c & 0xFFFE) == 0xFFFE) {
      return std::nullopt;
    } else if (!in(invisible, c)) {
      prepared += bytes;
    }
  }
  if (prepared.empty()) return std::nullopt;
  return prepared;
}

}  // namespace gatepost::smtp
