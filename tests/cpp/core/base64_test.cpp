#include "gatepost/core/base64.hpp"

#include <gtest/gtest.h>

namespace gatepost {
namespace {

TEST(Base64, VectorsOfRfc4648EncodeAndDecode) {
  const std::pair<std::string_view, std::string_view> vectors[] = {
      {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : vectors) {
    EXPECT_EQ(base64_encode(plain), coded);
    EXPECT_EQ(base64_decode(coded), plain);
  }
}

TEST(Base64, EveryByteValueSurvivesARoundTripAtEveryLength) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    bytes.push_back(static_cast<char>(i));
    EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
  }
}

TEST(Base64, SeveralMegabytesJoinWithoutPaddingInTheMiddle) {
  const std::string bytes(7'000'001, '\xD0');
  const auto coded = base64_encode(bytes);
  EXPECT_EQ(coded.find('='), coded.size() - 1);
  EXPECT_EQ(base64_decode(coded), bytes);
}

TEST(Base64, AppendingKeepsWhatIsThere) {
  std::string out = "=?utf-8?b?";
  append_base64(out, "foob");
  EXPECT_EQ(out, "=?utf-8?b?Zm9vYg==");
}

TEST(Base64, DigitsAreThoseOfTheAlphabetAlone) {
  for (int i = 0; i < 256; ++i) {
    const auto c = static_cast<char>(i);
    EXPECT_EQ(is_base64_digit(c), base64_alphabet.find(c) != std::string_view::npos) << i;
  }
  EXPECT_EQ(base64_digit('A'), 0);
  EXPECT_EQ(base64_digit('/'), 63);
}

TEST(Base64, AnythingNotStrictIsRefused) {
  for (const std::string_view text : {"Zg", "Zg=", "Z===", "====", "=", "Zm9v\n", " Zm9v", "Zm9v ", "Zm 9v",
                                      "Zg==Zg==", "Zh==", "Zm9=", "Zm-_", "Zm9vY", "*"}) {
    EXPECT_EQ(base64_decode(text), std::nullopt) << text;
  }
  EXPECT_EQ(base64_decode(std::string_view("Zm9\0", 4)), std::nullopt);
}

}  // namespace
}  // namespace gatepost
