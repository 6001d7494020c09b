#include "gatepost/crypto/ed25519.hpp"

#include <gtest/gtest.h>

#include "gatepost/crypto/keys.hpp"

namespace gatepost::crypto {
namespace {

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

struct Vector {
  const char* secret;
  const char* public_key;
  const char* message;
  const char* signature;
};

// RFC 8032 §7.1, tests 1 to 3.
const Vector vectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
     "655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
     "b00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
     "c027beceea1ec40a"},
};

TEST(Ed25519, SignaturesAreThoseOfTheRfcAndVerify) {
  for (const auto& vector : vectors) {
    const auto message = from_hex(vector.message);
    const auto signature = Ed25519Secret(from_hex(vector.secret)).sign(message);
    EXPECT_EQ(signature, from_hex(vector.signature));
    EXPECT_TRUE(ed25519_verify(from_hex(vector.public_key), message, signature));
  }
}

TEST(Ed25519, OneFlippedBitAnywhereIsNoSignature) {
  const auto key = from_hex(vectors[1].public_key);
  const auto signature = from_hex(vectors[1].signature);
  EXPECT_FALSE(ed25519_verify(key, "s", signature));
  for (std::size_t i = 0; i < signature.size(); ++i) {
    auto other = signature;
    other[i] = static_cast<char>(other[i] ^ 1);
    EXPECT_FALSE(ed25519_verify(key, "r", other)) << i;
  }
  for (std::size_t i = 0; i < key.size(); ++i) {
    auto other = key;
    other[i] = static_cast<char>(other[i] ^ 1);
    EXPECT_FALSE(ed25519_verify(other, "r", signature)) << i;
  }
}

TEST(Ed25519, KeysAndSignaturesOfTheWrongLengthAreRefused) {
  const auto key = from_hex(vectors[0].public_key);
  const auto signature = from_hex(vectors[0].signature);
  EXPECT_FALSE(ed25519_verify(key, "", signature.substr(1)));
  EXPECT_FALSE(ed25519_verify(key, "", signature + "x"));
  EXPECT_FALSE(ed25519_verify(key.substr(1), "", signature));
  EXPECT_FALSE(ed25519_verify(key, "", ""));
}

TEST(Ed25519, AKeyOfSmallOrderVouchesForNothing) {
  // Of order 1: whatever is signed, (R, S) = (identity, 0) would fulfil the equation.
  const std::string identity = "\x01" + std::string(31, '\0');
  EXPECT_FALSE(ed25519_verify(identity, "any letter", identity + std::string(32, '\0')));
}

TEST(SigningKey, AGeneratedEd25519KeyGoesThroughPemAndItsSignaturesVerify) {
  const auto key = SigningKey::generate(KeyType::ed25519);
  ASSERT_TRUE(key);
  const auto again = SigningKey::load(key->to_pem());
  ASSERT_TRUE(again);
  const std::string digest(32, 'd');
  EXPECT_EQ(again->sign_sha256(digest), key->sign_sha256(digest));
  const auto verifying = VerifyingKey::from_bytes(KeyType::ed25519, key->public_key());
  ASSERT_TRUE(verifying);
  EXPECT_TRUE(verifying->verify(Digest::sha256, digest, again->sign_sha256(digest)));
  EXPECT_FALSE(verifying->verify(Digest::sha1, digest, again->sign_sha256(digest)));
  EXPECT_EQ(key->bits(), 256U);
  EXPECT_EQ(verifying->bits(), 256U);
}

}  // namespace
}  // namespace gatepost::crypto
