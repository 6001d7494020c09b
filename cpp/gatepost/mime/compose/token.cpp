#include "gatepost/mime/compose/token.hpp"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <string_view>
#include <system_error>

namespace gatepost::mime {

std::string random_token() {
  constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";
  std::array<std::uint64_t, 2> bits{};
  // 16 bytes come whole or not at all (getrandom(2): up to 256 bytes are never cut short by a signal).
  while (getrandom(bits.data(), sizeof bits, 0) != sizeof bits) {
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
  }
  std::string token;
  token.reserve(26);
  for (std::uint64_t word : bits) {
    for (int i = 0; i < 13; ++i, word >>= 5) token += alphabet[word & 31];
  }
  return token;
}

}  // namespace gatepost::mime
