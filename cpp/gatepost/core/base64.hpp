#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatepost {

// Base64 of RFC 4648 §4: the alphabet with "+" and "/", padded. Lines of 76 characters, and what other mailers make of
// them, are MIME's (mime/encoding/base64_lines.hpp).

inline constexpr std::string_view base64_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// What base64_digit() gives for a character outside the alphabet; it has bits that no digit has.
inline constexpr std::uint8_t no_base64_digit = 0xFF;

namespace detail {
inline constexpr auto base64_digits = [] {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(no_base64_digit);
  for (std::size_t i = 0; i < base64_alphabet.size(); ++i) {
    digits[static_cast<unsigned char>(base64_alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return digits;
}();
}  // namespace detail

/// The six bits that `c` stands for.
constexpr std::uint8_t base64_digit(char c) { return detail::base64_digits[static_cast<unsigned char>(c)]; }
constexpr bool is_base64_digit(char c) { return base64_digit(c) != no_base64_digit; }

/// How many characters `size` octets become.
constexpr std::size_t base64_size(std::size_t size) { return (size + 2) / 3 * 4; }

/// Writes base64_size(bytes.size()) characters to `to`; returns the end of them.
char* write_base64(std::string_view bytes, char* to);

void append_base64(std::string& out, std::string_view bytes);
std::string base64_encode(std::string_view bytes);

/// nullopt for anything that is not strict, padded base64.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace gatepost
