#pragma once
#include <array>
#include <string>
#include <string_view>

namespace gatepost::crypto {

/// Ed25519 (RFC 8032) by libsodium, which needs half of OpenSSL's time (docs/decisions/0006).
class Ed25519Secret {
 public:
  static constexpr std::size_t seed_bytes = 32;

  explicit Ed25519Secret(std::string_view seed);
  ~Ed25519Secret();  ///< wipes the key
  Ed25519Secret(const Ed25519Secret&) = delete;
  Ed25519Secret& operator=(const Ed25519Secret&) = delete;

  /// 64 bytes.
  std::string sign(std::string_view message) const;

 private:
  std::array<unsigned char, 64> key_{};  ///< the seed and the public key behind it
};

/// Also false where the key or the signature is a point that RFC 8032 does not allow or one of small order.
bool ed25519_verify(std::string_view public_key, std::string_view message, std::string_view signature);

}  // namespace gatepost::crypto
