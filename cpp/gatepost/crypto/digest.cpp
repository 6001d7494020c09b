#include "gatepost/crypto/digest.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdlib>
#include <limits>
#include <memory>

#include "gatepost/crypto/bytes_of.hpp"

namespace gatepost::crypto {
namespace {

const EVP_MD* evp(Digest digest) {
  switch (digest) {
    case Digest::md5:
      return EVP_md5();
    case Digest::sha1:
      return EVP_sha1();
    case Digest::sha256:
      return EVP_sha256();
    case Digest::sha512:
      break;
  }
  return EVP_sha512();
}

// A digest that cannot be computed would let a wrong proof pass as a right one: there is nothing sensible to go on
// with.
void require(bool done) {
  if (!done) std::abort();
}

int length_of(std::string_view text) {
  require(text.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
  return static_cast<int>(text.size());
}

}  // namespace

bool is_available(Digest digest) {
  const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> found(
      EVP_MD_fetch(nullptr, EVP_MD_get0_name(evp(digest)), nullptr), &EVP_MD_free);
  return found != nullptr;
}

std::size_t digest_size(Digest digest) { return static_cast<std::size_t>(EVP_MD_get_size(evp(digest))); }

std::string hash(Digest digest, std::string_view bytes) {
  std::string out(digest_size(digest), '\0');
  require(EVP_Digest(bytes.data(), bytes.size(), bytes_of(out), nullptr, evp(digest), nullptr) == 1);
  return out;
}

std::string hmac(Digest digest, std::string_view key, std::string_view bytes) {
  std::string out(digest_size(digest), '\0');
  // No key at all is null to OpenSSL, which then takes the one before.
  const char* key_bytes = key.empty() ? "" : key.data();
  require(HMAC(evp(digest), key_bytes, length_of(key), bytes_of(bytes), bytes.size(), bytes_of(out), nullptr) !=
          nullptr);
  return out;
}

std::string pbkdf2(Digest digest, std::string_view password, std::string_view salt, std::uint32_t iterations) {
  std::string out(digest_size(digest), '\0');
  require(iterations <= static_cast<std::uint32_t>(std::numeric_limits<int>::max()) &&
          PKCS5_PBKDF2_HMAC(password.empty() ? "" : password.data(), length_of(password), bytes_of(salt),
                            length_of(salt), static_cast<int>(iterations), evp(digest), length_of(out),
                            bytes_of(out)) == 1);
  return out;
}

}  // namespace gatepost::crypto
