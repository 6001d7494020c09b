#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "gatepost/mime/encoding/base64_lines.hpp"
#include "gatepost/mime/encoding/charset.hpp"
#include "gatepost/mime/encoding/lenient_base64.hpp"
#include "gatepost/mime/encoding/quoted_printable.hpp"
#include "gatepost/mime/encoding/transfer_encoding.hpp"

using namespace gatepost::mime;
using namespace std::string_literals;

namespace {

std::string encoded(std::string_view text, TransferEncoding encoding) {
  std::string out;
  append_encoded_text(out, text, encoding);
  return out;
}

std::string decoded(std::string_view text) {
  bool odd = false;
  return decode_lenient_base64(text, odd);
}

std::pair<std::string, bool> unquoted(std::string_view text) {
  bool odd = false;
  std::string out = decode_quoted_printable(text, odd);
  return {out, odd};
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
  EXPECT_EQ(decode_lenient_base64("YQ==\r\nYmM=\r\nZGVm", odd), "abcdef");
  EXPECT_TRUE(odd);
}

TEST(Base64, ForeignCharactersArePassedOver) {
  bool odd = false;
  EXPECT_EQ(decode_lenient_base64("Y*W J\tj", odd), "abc");
  EXPECT_TRUE(odd);
  odd = false;
  EXPECT_EQ(decode_lenient_base64("YWJj\r\nYQ==", odd), "abca");
  EXPECT_FALSE(odd);
}

TEST(Base64, WordsThatAListAddedBehindTheEndStayAsTheyAre) {
  bool odd = false;
  const std::string footer = "____________\r\nlist mailing list\r\nlist@example.com\r\n";
  EXPECT_EQ(decode_lenient_base64("SGVsbG8=\r\n\r\n" + footer, odd), "Hello\r\n" + footer);
  EXPECT_TRUE(odd);
  EXPECT_EQ(decode_lenient_base64("SGVsbG8K\r\nYQ==\r\n-- \r\nlist\r\n", odd), "Hello\na\r\n-- \r\nlist\r\n");
  odd = false;
  EXPECT_EQ(decode_lenient_base64("SGVsbG8=\r\n\r\n", odd), "Hello");
  EXPECT_FALSE(odd);
}

TEST(QuotedPrintable, BlanksAtTheEndOfALineGo) {
  for (const std::string end : {"\r\n", "\n"}) {
    EXPECT_EQ(unquoted("long= " + end + "line"), std::pair("longline"s, false));
    EXPECT_EQ(unquoted("long=\t \t" + end + "line"), std::pair("longline"s, false));
    EXPECT_EQ(unquoted("a  " + end + "b"), std::pair("a" + end + "b", false));
    EXPECT_EQ(unquoted(" \t" + end), std::pair(end, false));
    EXPECT_EQ(unquoted("a=20" + end), std::pair("a " + end, false));
    EXPECT_EQ(unquoted("a =20 " + end), std::pair("a  " + end, false));
  }
  EXPECT_EQ(unquoted("a \t"), std::pair("a"s, false));
  EXPECT_EQ(unquoted("a= "), std::pair("a"s, false));
}

TEST(QuotedPrintable, MalformedCodeStaysAndIsOdd) {
  for (const std::string text : {"=ZZ", "a=4", "a=4\r\nb", "=\rb", "1=2+x", "= a"}) {
    EXPECT_EQ(unquoted(text), std::pair(text, true));
  }
  EXPECT_EQ(unquoted("=="), std::pair("="s, true));
  EXPECT_EQ(unquoted("=C3=a9=3D41"), std::pair("\xC3\xA9=41"s, false));
}

TEST(QuotedPrintable, TextSplitAnywhereBySoftLineBreaksIsTheSame) {
  const std::string whole = "=D0=9F  a\tb=3D \r\n\r\nc\nd =20";
  const std::string expected = unquoted(whole).first;
  EXPECT_EQ(expected, "\xD0\x9F  a\tb=\r\n\r\nc\nd  ");
  for (std::size_t at = 0; at <= whole.size(); ++at) {
    const bool in_code = (at > 0 && whole[at - 1] == '=') || (at > 1 && whole[at - 2] == '=');
    const bool in_line_end = at > 0 && at < whole.size() && whole[at - 1] == '\r';
    // Spaces in front of a soft line break are not the line's last, but those behind "=3D" are, with it or without.
    const bool in_padding = at > 0 && whole[at - 1] == ' ' && at < whole.size() && whole[at] == '\r';
    if (in_code || in_line_end || in_padding) continue;
    for (const std::string_view soft : {"=\r\n", "=\n", "= \t\r\n"}) {
      EXPECT_EQ(unquoted(whole.substr(0, at) + std::string(soft) + whole.substr(at)), std::pair(expected, false)) << at;
    }
  }
}

TEST(QuotedPrintable, WhatWeEncodeComesBack) {
  for (const std::string text : {"Привет \r\nмир\t\r\n = \r\n", " ", "", "\t\r\n\r\n=3D"}) {
    std::string encoded;
    append_encoded_text(encoded, text, TransferEncoding::quoted_printable);
    EXPECT_EQ(unquoted(encoded), std::pair(text, false)) << encoded;
  }
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
