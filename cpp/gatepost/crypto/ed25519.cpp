#include "gatepost/crypto/ed25519.hpp"

#include <sodium.h>

#include <cstdlib>

#include "gatepost/crypto/bytes_of.hpp"

namespace gatepost::crypto {

static_assert(crypto_sign_ed25519_SEEDBYTES == Ed25519Secret::seed_bytes);
static_assert(crypto_sign_ed25519_SECRETKEYBYTES == 64);

Ed25519Secret::Ed25519Secret(std::string_view seed) {
  std::array<unsigned char, crypto_sign_ed25519_PUBLICKEYBYTES> public_key{};
  // Later calls find it done; none of the functions used here fails after it.
  if (sodium_init() < 0 || seed.size() != seed_bytes ||
      crypto_sign_ed25519_seed_keypair(public_key.data(), key_.data(), bytes_of(seed)) != 0) {
    std::abort();
  }
}

Ed25519Secret::~Ed25519Secret() { sodium_memzero(key_.data(), key_.size()); }

std::string Ed25519Secret::sign(std::string_view message) const {
  std::string signature(crypto_sign_ed25519_BYTES, '\0');
  if (crypto_sign_ed25519_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr, bytes_of(message),
                                   message.size(), key_.data()) != 0) {
    std::abort();
  }
  return signature;
}

bool ed25519_verify(std::string_view public_key, std::string_view message, std::string_view signature) {
  return public_key.size() == crypto_sign_ed25519_PUBLICKEYBYTES && signature.size() == crypto_sign_ed25519_BYTES &&
         crypto_sign_ed25519_verify_detached(bytes_of(signature), bytes_of(message), message.size(),
                                             bytes_of(public_key)) == 0;
}

}  // namespace gatepost::crypto
