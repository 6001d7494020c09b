#include "gatepost/core/hex.hpp"

#include <gtest/gtest.h>

namespace gatepost {
namespace {

TEST(Hex, EveryOctetIsWrittenInUpperCaseAndReadBack) {
  for (int i = 0; i < 256; ++i) {
    std::string out;
    append_hex(out, '=', static_cast<char>(i));
    EXPECT_EQ(out.size(), 3U);
    EXPECT_EQ(out, upper(out));
    EXPECT_EQ(hex_octet(out.substr(1)), i);
    EXPECT_EQ(hex_octet(lower(out.substr(1))), i);
  }
}

TEST(Hex, AnythingElseThanTwoDigitsIsRefused) {
  for (const std::string_view text : {"", "A", "0G", "G0", "0x", " 1", "123", "-1"}) EXPECT_EQ(hex_octet(text), -1);
  for (const char c : {'g', 'G', '@', '`', '/', ':', ' ', '\xC1'}) EXPECT_EQ(hex_digit(c), -1) << c;
}

}  // namespace
}  // namespace gatepost
