#include "gatepost/crypto/digest.hpp"

#include <gtest/gtest.h>

#include "gatepost/crypto/secret.hpp"

namespace gatepost::crypto {
namespace {

std::string hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

TEST(Digest, HashesAreThoseOfTheStandards) {
  EXPECT_EQ(hex(hash(Digest::md5, "abc")), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(hex(hash(Digest::sha1, "abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hex(hash(Digest::sha256, "abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(hash(Digest::sha256, "")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(hash(Digest::sha512, "abc")),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

TEST(Digest, SizeIsThatOfTheHash) {
  for (const auto digest : {Digest::md5, Digest::sha1, Digest::sha256, Digest::sha512}) {
    EXPECT_EQ(hash(digest, "x").size(), digest_size(digest));
  }
}

TEST(Hmac, IsThatOfRfc2202AndRfc4231) {
  EXPECT_EQ(hex(hmac(Digest::md5, "Jefe", "what do ya want for nothing?")), "750c783e6ab0b503eaa86e310a5db738");
  EXPECT_EQ(hex(hmac(Digest::sha1, "Jefe", "what do ya want for nothing?")),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(hex(hmac(Digest::sha256, "Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Hmac, EmptyKeyIsAKeyAndNotTheOneBefore) {
  static_cast<void>(hmac(Digest::sha256, "another key", ""));
  EXPECT_EQ(hex(hmac(Digest::sha256, {}, {})), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Pbkdf2, IsThatOfRfc6070) {
  EXPECT_EQ(hex(pbkdf2(Digest::sha1, "password", "salt", 1)), "0c60c80f961f0e71f3a9b524af6012062fe037a6");
  EXPECT_EQ(hex(pbkdf2(Digest::sha1, "password", "salt", 4096)), "4b007901b765489abead49d926f721d065a429c1");
}

TEST(Pbkdf2, IsAsLongAsTheDigest) {
  EXPECT_EQ(hex(pbkdf2(Digest::sha256, "password", "salt", 4096)),
            "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a");
  EXPECT_EQ(hex(pbkdf2(Digest::sha512, "password", "salt", 4096)),
            "d197b1b33db0143e018b12f3d1d1479e6cdebdcc97c5c0f87f6902e072f457b5"
            "143f30602641b3d55cd335988cb36b84376060ecd532e039b742a239434af2d5");
}

TEST(Secret, EqualMeansEqualInLengthAndBytes) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
  EXPECT_FALSE(equal_in_constant_time("", "a"));
}

TEST(Secret, CleansedIsEmpty) {
  std::string secret(100, 's');
  cleanse(secret);
  EXPECT_TRUE(secret.empty());
}

}  // namespace
}  // namespace gatepost::crypto
