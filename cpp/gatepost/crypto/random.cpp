#include "gatepost/crypto/random.hpp"

#include <openssl/rand.h>

#include <array>
#include <cstdlib>
#include <string_view>

namespace gatepost::crypto {

std::string random_token(std::size_t length) {
  static constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
  constexpr unsigned char unbiased = 252;  // 7 * 36: higher bytes would favour the alphabet's beginning

  std::string token;
  token.reserve(length);
  std::array<unsigned char, 64> bytes{};
  while (token.size() < length) {
    // Without randomness no id can be trusted: there is nothing sensible to go on with.
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) std::abort();
    for (const unsigned char byte : bytes) {
      if (token.size() == length) break;
      if (byte < unbiased) token.push_back(alphabet[byte % alphabet.size()]);
    }
  }
  return token;
}

}  // namespace gatepost::crypto
