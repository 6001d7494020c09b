#include <gtest/gtest.h>

#include "gatepost/mime/encoding/base64.hpp"
#include "gatepost/mime/encoding/charset.hpp"
#include "gatepost/mime/encoding/transfer_encoding.hpp"

using namespace gatepost::mime;

namespace {

std::string encoded(std::string_view text, TransferEncoding encoding) {
  std::string out;
  append_encoded_text(out, text, encoding);
  return out;
}

std::string decoded(std::string_view text) {
  bool odd = false;
  return decode_base64(text, odd);
}

}  // namespace

TEST(Base64, LinesOf76PartedByCrlf) {
  std::string out;
  append_base64_lines(out, std::string(58, 'a'));
  EXPECT_EQ(out.size(), 76U + 2U + 4U);
  EXPECT_EQ(out.substr(76), "\r\nYQ==");
  EXPECT_EQ(base64_lines_size(58), out.size());
}

TEST(Base64, EveryLengthComesBack) {
  std::string bytes;
  for (int i = 0; i < 400; ++i) {
    std::string out;
    append_base64_lines(out, bytes);
    EXPECT_EQ(out.size(), base64_lines_size(bytes.size()));
    EXPECT_EQ(decoded(out), bytes);
    bytes += static_cast<char>(i * 7);
  }
}

// GMime 3.2.13 ends at padding in the middle.
TEST(Base64, PaddingInTheMiddleEndsNothing) {
  bool odd = false;
  EXPECT_EQ(decode_base64("YQ==\r\nYmM=\r\nZGVm", odd), "abcdef");
  EXPECT_TRUE(odd);
}

TEST(Base64, ForeignCharactersArePassedOver) {
  bool odd = false;
  EXPECT_EQ(decode_base64("Y*W J\tj", odd), "abc");
  EXPECT_TRUE(odd);
  odd = false;
  EXPECT_EQ(decode_base64("YWJj\r\nYQ==", odd), "abca");
  EXPECT_FALSE(odd);
}

TEST(TransferEncoding, ShortAsciiLinesStayAsTheyAre) {
  EXPECT_EQ(choose_transfer_encoding("Hello\nworld\t!"), TransferEncoding::seven_bit);
  EXPECT_EQ(choose_transfer_encoding(std::string(998, 'a')), TransferEncoding::seven_bit);
  EXPECT_EQ(choose_transfer_encoding(std::string(999, 'a')), TransferEncoding::quoted_printable);
  EXPECT_NE(choose_transfer_encoding(std::string("a\0b", 3)), TransferEncoding::seven_bit);
}

TEST(TransferEncoding, ShorterOfTheTwoForTextBeyondAscii) {
  EXPECT_EQ(choose_transfer_encoding("Привет, мир"), TransferEncoding::base64);
  EXPECT_EQ(choose_transfer_encoding("A long line of English with one word, caf\u00E9, that is not."),
            TransferEncoding::quoted_printable);
}

TEST(TransferEncoding, AnyLineEndBecomesCrlf) {
  EXPECT_EQ(encoded("a\nb\rc\r\nd\n", TransferEncoding::seven_bit), "a\r\nb\r\nc\r\nd\r\n");
  EXPECT_EQ(encoded("\xC3\xA9\nb", TransferEncoding::quoted_printable), "=C3=A9\r\nb");
  EXPECT_EQ(decoded(encoded("ж\nb\r", TransferEncoding::base64)), "ж\r\nb\r\n");
}

TEST(Charset, LabelsAsLettersHaveThem) {
  EXPECT_EQ(to_utf8("\xCF\xF0\xE8", "Windows-1251").text, "При");
  EXPECT_EQ(to_utf8("\xCF\xF0\xE8", "cp-1251").text, "При");
  EXPECT_EQ(to_utf8("+BB8EQAQ4-", "utf-7").text, "При");
  EXPECT_EQ(to_utf8("\x8F\xE0\xA8", "ibm866").text, "При");
}

TEST(Charset, WrongOrUnknownLabelIsGuessedAndSaidSo) {
  const Utf8Text wrong = to_utf8("\xCF\xF0\xE8\xE2\xE5\xF2", "utf-8");
  EXPECT_EQ(wrong.text, "Привет");
  EXPECT_TRUE(wrong.guessed);
  EXPECT_EQ(to_utf8("Привет", "no-such-charset").text, "Привет");
  EXPECT_EQ(to_utf8("\xF0\xD2\xC9\xD7\xC5\xD4", "x-unknown").text, "Привет");
  EXPECT_EQ(to_utf8("abc", "utf-8//IGNORE").text, "abc");
}

TEST(Charset, StrayByteInUtf8BecomesAReplacement) {
  const Utf8Text text = to_utf8("Привет\xFF!", "utf-8");
  EXPECT_EQ(text.text, "Привет\uFFFD!");
  EXPECT_TRUE(text.lossy);
}
