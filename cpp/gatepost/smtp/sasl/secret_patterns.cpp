#include "gatepost/smtp/sasl/secret_patterns.hpp"

#include <algorithm>
#include <utility>

#include "gatepost/core/base64.hpp"
#include "gatepost/core/utf8.hpp"

namespace gatepost::smtp {
namespace {

constexpr std::size_t text_width = 8;
constexpr std::size_t hex_width = 8;
constexpr std::size_t base64_width = 6;

/// Digits of the base64 of anything that holds `secret` as its bytes 3n + `before` and following: those that no
/// neighbour has a part in.
std::string digits_within(std::string_view secret, std::size_t before) {
  constexpr std::size_t bits = 6;
  const auto encoded = base64_encode(std::string(before, '\0').append(secret));
  const auto from = (before * 8 + bits - 1) / bits;
  return encoded.substr(from, (before + secret.size()) * 8 / bits - from);
}

std::string hex_of(std::string_view secret) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : secret) {
    const auto octet = static_cast<unsigned char>(c);
    out += digits[octet >> 4];
    out += digits[octet & 15];
  }
  return out;
}

std::string folded_secret(std::string_view secret) { return fold_text(secret, {.reply_lines = false}).bytes; }

/// The bytes of a text as they pass, the last `width` of them in one number.
class Window {
 public:
  explicit Window(std::size_t width) : width_(width), mask_(width == 8 ? ~0ULL : (1ULL << (8 * width)) - 1) {}
  /// Whether there are `width` of them.
  bool push(char c) {
    value_ = ((value_ << 8) | static_cast<unsigned char>(c)) & mask_;
    return ++seen_ >= width_;
  }
  std::uint64_t value() const { return value_; }

 private:
  std::size_t width_;
  std::uint64_t mask_;
  std::uint64_t value_ = 0;
  std::size_t seen_ = 0;
};

/// Two places in a filter of 2^bits for the last four bytes of a window.
template <unsigned bits>
std::pair<std::size_t, std::size_t> slots(std::uint64_t window) {
  constexpr std::uint32_t spreading = 2654435761U;
  constexpr std::uint32_t other_spreading = 2246822519U;
  const auto last = static_cast<std::uint32_t>(window);
  return {(last * spreading) >> (32 - bits), (last * other_spreading) >> (32 - bits)};
}

bool adjoin(const FoldedText& folded, std::size_t left) { return folded.end[left] == folded.begin[left + 1]; }

/// Marks the rest of the base64 that is marked in part: what stands beside the secret, and digits that share its bits.
void spread(const FoldedText& folded, std::vector<bool>& hits) {
  const auto& bytes = folded.bytes;
  for (std::size_t i = 1; i < bytes.size(); ++i) {
    const bool goes_on = bytes[i] == '=' || (is_base64_digit(bytes[i]) && bytes[i - 1] != '=');
    if (hits[i - 1] && goes_on && adjoin(folded, i - 1)) hits[i] = true;
  }
  for (std::size_t i = bytes.size(); i-- > 1;) {
    if (hits[i] && is_base64_digit(bytes[i]) && is_base64_digit(bytes[i - 1]) && adjoin(folded, i - 1)) {
      hits[i - 1] = true;
    }
  }
}

}  // namespace

bool SecretPatterns::filter_passes(std::uint64_t window) const {
  const auto [one, other] = slots<filter_bits>(window);
  return filter_.test(one) && filter_.test(other);
}

void SecretPatterns::add(std::string_view secret) {
  beyond_ascii_ = beyond_ascii_ || !is_ascii(secret);
  add_form(folded_secret(secret), text_width, false);
  add_form(hex_of(secret), hex_width, false);
  for (std::size_t before = 0; before < 3; ++before) {
    add_form(folded_secret(digits_within(secret, before)), base64_width, true);
  }
}

void SecretPatterns::add_form(std::string_view folded, std::size_t width, bool base64) {
  auto& pattern = patterns_.emplace_back(Pattern{std::min(width, folded.size()), base64, {}});
  Window window(pattern.width);
  for (const char c : folded) {
    if (!window.push(c)) continue;
    pattern.windows.insert(window.value());
    const auto [one, other] = slots<filter_bits>(window.value());
    filter_.set(one);
    filter_.set(other);
  }
}

bool SecretPatterns::may_occur_in(std::string_view text) const {
  if (patterns_.empty()) return false;
  constexpr std::string_view escapes = "%=+\\&";
  Window window(shortest);
  bool may = false;
  for_each_folded(text, {}, [&](char c, std::size_t at, std::size_t) {
    may = (window.push(c) && filter_passes(window.value())) || escapes.find(text[at]) != std::string_view::npos ||
          (beyond_ascii_ && static_cast<unsigned char>(c) >= 0x80);
    return !may;
  });
  return may;
}

void SecretPatterns::find(std::string_view text, const FoldedText& folded, std::vector<bool>& marks) const {
  std::vector<bool> hits(folded.bytes.size());
  const auto note = [&](bool base64) {
    for (const auto& pattern : patterns_) {
      if (pattern.base64 != base64) continue;
      Window window(pattern.width);
      for (std::size_t i = 0; i < folded.bytes.size(); ++i) {
        if (!window.push(folded.bytes[i]) || !pattern.windows.contains(window.value())) continue;
        std::fill_n(hits.begin() + static_cast<std::ptrdiff_t>(i + 1 - pattern.width), pattern.width, true);
      }
    }
  };
  note(true);
  spread(folded, hits);
  note(false);
  for (std::size_t i = 0; i < hits.size(); ++i) {
    if (!hits[i]) continue;
    auto begin = folded.begin[i];
    if (i > 0 && hits[i - 1]) {  // what was passed over between them, unless a line ends there
      const auto between = text.substr(folded.end[i - 1], begin - folded.end[i - 1]);
      if (between.find('\n') == std::string_view::npos) begin = folded.end[i - 1];
    }
    std::fill(marks.begin() + begin, marks.begin() + folded.end[i], true);
  }
}

}  // namespace gatepost::smtp
