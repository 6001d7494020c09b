#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "gatepost/core/result.hpp"
#include "gatepost/crypto/digest.hpp"

namespace gatepost::crypto {

enum class KeyType : std::uint8_t { rsa, ed25519 };

/// A private key that signs: RSA (PKCS #1 v1.5) or Ed25519. Cheap to copy; safe to use from several threads.
class SigningKey {
 public:
  /// PEM: PKCS#8, plain or encrypted, or PKCS#1. The error says what is wrong, never what the key is.
  static Result<SigningKey, std::string> load(std::string_view pem, const std::string& passphrase = {});
  /// `bits` are RSA's: 1024 to 8192.
  static Result<SigningKey, std::string> generate(KeyType type, unsigned bits = 2048);

  KeyType type() const;
  unsigned bits() const;
  /// As DKIM's p= holds it, raw: SubjectPublicKeyInfo (DER) for RSA, the 32 bytes for Ed25519 (RFC 8463 §4).
  std::string public_key() const;
  std::string to_pem() const;  ///< PKCS#8, unencrypted
  /// The raw signature of a SHA-256 digest: for RSA with its DigestInfo, for Ed25519 the digest as the message
  /// (RFC 8463 §3).
  std::string sign_sha256(std::string_view digest) const;

 private:
  struct Impl;
  explicit SigningKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

/// A public key that verifies.
class VerifyingKey {
 public:
  /// The bytes of DKIM's p=: for RSA SubjectPublicKeyInfo or a bare RSAPublicKey, for Ed25519 32 bytes.
  static Result<VerifyingKey, std::string> from_bytes(KeyType type, std::string_view bytes);

  KeyType type() const;
  unsigned bits() const;
  /// `algorithm` is sha1 or sha256 for RSA, sha256 for Ed25519; false for any other.
  bool verify(Digest algorithm, std::string_view digest, std::string_view signature) const;

 private:
  struct Impl;
  explicit VerifyingKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace gatepost::crypto
