#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <utility>

#include "gatepost/core/utf8.hpp"
#include "gatepost/mime/parse/parse.hpp"
#include "letters.hpp"

using namespace gatepost;
using namespace gatepost::mime;
using testing::HasSubstr;

namespace {

std::string part_fault(Part::Source source) {
  auto made = Part::make(std::move(source));
  return made ? "no error" : made.error().message();
}

}  // namespace

TEST(Part, BadNamesTypesAndIdsAreRefused) {
  EXPECT_EQ(part_fault({"", "a\nb", "", ""}), "name: byte 1 is a line feed");
  EXPECT_THAT(part_fault({"", "../a", "", ""}), HasSubstr("path separator"));
  EXPECT_THAT(part_fault({"", "a\\b", "", ""}), HasSubstr("path separator"));
  EXPECT_THAT(part_fault({"", "a", "pdf", ""}), HasSubstr("not a media type"));
  EXPECT_THAT(part_fault({"", "a", "a/b\r\nX: y", ""}), HasSubstr("carriage return"));
  EXPECT_THAT(part_fault({"", "a", "multipart/mixed", ""}), HasSubstr("a single part"));
  EXPECT_THAT(part_fault({"", "a", "a/b; name=x", ""}), HasSubstr("may not set"));
  EXPECT_THAT(part_fault({"", "a", "a/b; x", ""}), HasSubstr("malformed"));
  EXPECT_THAT(part_fault({"", "", "a/b", "a>b"}), HasSubstr("byte 1"));
  EXPECT_EQ(part_fault({"", "a", "text/csv; charset=windows-1251", ""}), "no error");
}

TEST(Part, FileNamesComeBackTheSame) {
  for (const char* name :
       {"a.pdf", "счёт за октябрь.pdf", "a \"quoted\" name.txt", "semi;colon=.txt", "日本語の長い長い名前.txt",
        "Очень длинное имя файла с пробелами и знаками, которое никак не помещается в строку.docx"}) {
    LetterContent content = simple();
    content.attachments = {part({"x", name, "", ""})};
    const std::string letter = composed(content);
    EXPECT_EQ(parse(letter).parts.at(1).file_name, name);
    EXPECT_TRUE(is_ascii(letter));
    EXPECT_LE(longest_line(letter), 78U) << letter;
  }
}

TEST(Part, ForwardedLetterIsNotPutInBase64) {
  LetterContent content = simple();
  content.attachments = {part({"Subject: x\n\nbody\n", "a.eml", "message/rfc822", ""}),
                         part({"Subject: x\n\nтело\n", "b.eml", "message/rfc822", ""})};
  const ParsedLetter letter = parse(composed(content));
  EXPECT_EQ(letter.parts.at(1).type, "message/rfc822");
  EXPECT_EQ(letter.parts.at(1).content, "Subject: x\r\n\r\nbody\r\n");
  EXPECT_EQ(letter.parts.at(2).type, "application/octet-stream");
}

TEST(Part, FileIsEncodedAsItsBytesAreWhateverItsSize) {
  const std::string path = testing::TempDir() + "gatepost_part_from_file";
  for (const std::size_t size : {0UL, 1UL, 57UL, 57UL * 4096 - 1, 57UL * 4096, 57UL * 4096 + 1, 57UL * 9000 + 5}) {
    std::string data(size, '\0');
    for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<char>(i * 31 + i / 256);
    std::ofstream(path, std::ios::binary | std::ios::trunc) << data;
    auto from_file = Part::from_file(path, {"", "a.bin", "", ""});
    ASSERT_TRUE(from_file) << from_file.error().message();
    LetterContent content = simple();
    content.attachments = {*from_file};
    const ParsedLetter parsed = parse(composed(content));
    EXPECT_EQ(parsed.parts.at(1).content, data) << size;
    EXPECT_EQ((*from_file)->encoded_size(), part({data, "a.bin", "", ""})->encoded_size());
  }
  std::ofstream(path, std::ios::binary | std::ios::trunc) << "Subject: x\n\nbody\n";
  LetterContent content = simple();
  content.attachments = {*Part::from_file(path, {"", "a.eml", "message/rfc822", ""})};
  EXPECT_EQ(parse(composed(content)).parts.at(1).type, "message/rfc822");
  std::remove(path.c_str());
}

TEST(Part, FileThatCannotBeReadIsNamed) {
  auto missing = Part::from_file("/nowhere/a.pdf", {"", "a.pdf", "", ""});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message(), "'/nowhere/a.pdf': No such file or directory");
  EXPECT_FALSE(Part::from_file("/", {"", "a.pdf", "", ""}));
}
