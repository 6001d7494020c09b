#include "gatepost/crypto/random.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>

namespace gatepost::crypto {
namespace {

TEST(RandomToken, HasTheLengthAskedForAndOnlyLowerCaseAndDigits) {
  for (const std::size_t length : {0u, 1u, 10u, 64u, 1000u}) {
    const auto token = random_token(length);
    EXPECT_EQ(token.size(), length);
    EXPECT_EQ(token.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789"), std::string::npos);
  }
}

TEST(RandomToken, TwoTokensDiffer) { EXPECT_NE(random_token(20), random_token(20)); }

TEST(RandomToken, AllCharactersAreAboutEquallyFrequent) {
  std::array<std::size_t, 256> count{};
  for (const char c : random_token(360'000)) ++count[static_cast<unsigned char>(c)];
  for (const char c : std::string("az09mq")) {
    EXPECT_NEAR(static_cast<double>(count[static_cast<unsigned char>(c)]), 10'000, 700) << c;
  }
}

}  // namespace
}  // namespace gatepost::crypto
