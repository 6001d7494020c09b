#include "gatepost/mime/parse/parse.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

using namespace gatepost::mime;
using testing::Contains;
using testing::HasSubstr;

TEST(RawHeader, UnfoldsTheFirstAndReadsNoFurtherThanTheHeader) {
  const std::string raw = "A: 1\r\nSubject: one\r\n two\r\nsubject: x\r\n\r\nLate: y\r\n";
  EXPECT_EQ(raw_header(raw, "SUBJECT"), "one two");
  EXPECT_EQ(raw_header(raw, "Late"), "");
  EXPECT_EQ(raw_header("A: 1\nB: 2", "b"), "2");
  EXPECT_EQ(raw_header("", "b"), "");
}

TEST(Parse, RussianLetterInKoi8WithNestedParts) {
  const ParsedLetter letter = parse(
      "From: =?koi8-r?B?6dfBzg==?= <ivan@example.com>\r\nTo: a@x.ru, \"B, C\" <b@x.ru>\r\nCc: c@x.ru\r\n"
      "Subject: =?koi8-r?Q?=F0=D2=C9=D7=C5=D4?=\r\nMessage-ID: <1@x>\r\nMIME-Version: 1.0\r\n"
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=KOI8-R\r\n"
      "Content-Transfer-Encoding: 8bit\r\n\r\n\xF0\xD2\xC9\xD7\xC5\xD4\r\n!\r\n--b\r\n"
      "Content-Type: application/pdf; name=\"x.pdf\"\r\nContent-Disposition: attachment;\r\n"
      " filename*0*=windows-1251''%F1%F7;\r\n filename*1*=%E5%F2.pdf\r\nContent-Transfer-Encoding: "
      "base64\r\n\r\nAAEC\r\n--b--\r\n");
  EXPECT_EQ(letter.subject, "Привет");
  EXPECT_EQ(letter.from.at(0), (Mailbox{"Иван", "ivan@example.com"}));
  EXPECT_EQ(letter.to.at(1), (Mailbox{"B, C", "b@x.ru"}));
  EXPECT_EQ(letter.cc.size(), 1U);
  EXPECT_EQ(letter.message_id, "1@x");
  EXPECT_EQ(letter.text, "Привет\n!");
  ASSERT_EQ(letter.parts.size(), 2U);
  EXPECT_EQ(letter.parts[1].file_name, "счет.pdf");
  EXPECT_EQ(letter.parts[1].content, std::string("\0\1\2", 3));
  EXPECT_EQ(letter.parts[1].disposition, "attachment");
  EXPECT_TRUE(letter.warnings.empty()) << letter.warnings[0];
}

// GMime 3.2.13 drops the rest of the header.
TEST(Parse, PaddedEncodedWordsInTheSubjectAreAllRead) {
  EXPECT_EQ(parse("Subject: =?utf-8?B?0J/RgNC40LI=?=\r\n =?utf-8?B?0LXRgg==?=\r\n\r\n").subject, "Привет");
}

// GMime 3.2.13 ends the body at the first padding.
TEST(Parse, Base64BodyWithPaddingInTheMiddleIsReadToItsEnd) {
  const ParsedLetter letter = parse("Content-Transfer-Encoding: base64\r\n\r\nYWI=\r\nY2Q=\r\n");
  EXPECT_EQ(letter.text, "abcd");
  EXPECT_THAT(letter.warnings, Contains(HasSubstr("base64")));
}

// GMime 3.2.13 never returns when it writes such a parameter.
TEST(Parse, VeryLongParameterNameBeyondAsciiIsReadAtOnce) {
  std::string name;
  for (int i = 0; i < 100'000; ++i) name += "ж";
  const ParsedLetter letter = parse("Content-Type: text/plain; " + name + "=1; charset=utf-8\r\n\r\nтекст");
  EXPECT_EQ(letter.text, "текст");
}

TEST(Parse, ForwardedLetterIsALeafWithAllItsBytes) {
  const ParsedLetter letter = parse(
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nouter\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
      "Subject: inner\r\n\r\ninner text\r\n--b--\r\n");
  ASSERT_EQ(letter.parts.size(), 2U);
  EXPECT_EQ(letter.parts[1].type, "message/rfc822");
  EXPECT_EQ(letter.parts[1].content, "Subject: inner\r\n\r\ninner text");
  EXPECT_EQ(letter.text, "outer");
}

TEST(Parse, NothingAndGarbageGiveAnEmptyLetterAndAText) {
  EXPECT_TRUE(parse("").parts.empty());
  EXPECT_EQ(parse("no header at all\nsecond line").text, "no header at all\nsecond line");
  EXPECT_EQ(parse(std::string_view("\0\0\xFF\n", 4)).parts.size(), 1U);
  EXPECT_EQ(parse("Subject: only\r\n").subject, "only");
}

TEST(Parse, MboxLineAndBrokenLinesArePassedOver) {
  const ParsedLetter letter = parse("From x@y Mon Jan 1\r\nSubject: a\r\nbroken\r\nTo: b@x.ru\r\n\r\nbody\r\n");
  EXPECT_EQ(letter.subject, "a");
  EXPECT_EQ(letter.to.size(), 1U);
  EXPECT_EQ(letter.text, "body\n");
  EXPECT_FALSE(letter.warnings.empty());
}

TEST(Parse, MultipartWithoutPartsGivesItsText) {
  EXPECT_EQ(parse("Content-Type: multipart/mixed\r\n\r\nlost?\r\n").text, "lost?\n");
}

TEST(Parse, MalformedAddressStaysAndIsToldOf) {
  const ParsedLetter letter = parse("From: Иван <not an address>\r\nTo: a@x.ru, <b@x\r\n\r\n");
  EXPECT_EQ(letter.from.at(0), (Mailbox{"Иван", "not an address"}));
  EXPECT_EQ(letter.to.at(0).address, "a@x.ru");
  EXPECT_GE(letter.warnings.size(), 2U);
}

TEST(Parse, BlindCopiesAreRead) {
  const ParsedLetter letter = parse("From: a@x.ru\r\nBcc: =?utf-8?q?=D0=96?= <b@x.ru>\r\nbcc: c@x.ru\r\n\r\n");
  EXPECT_EQ(letter.bcc, (std::vector<Mailbox>{{"Ж", "b@x.ru"}, {"", "c@x.ru"}}));
}

TEST(Parse, ControlsWithinEncodedWordsAreReadAsSpacesAndTold) {
  const ParsedLetter letter = parse(
      "From: =?utf-8?q?a=0D=0ABcc=3A_x?= <=?utf-8?q?b=0Ac?=>\r\nSubject: =?utf-8?Q?a=0D=0ABcc:_x=00?=\r\n"
      "X-A: =?utf-8?q?a=7Fb=09c?=\r\n\r\n");
  EXPECT_EQ(letter.subject, "a  Bcc: x ");
  EXPECT_EQ(letter.from.at(0), (Mailbox{"a  Bcc: x", "=?utf-8?q?b=0Ac?="}));  // an encoded-word is no address
  EXPECT_EQ(letter.headers.at(2).second, "a b\tc");
  EXPECT_EQ(std::ranges::count(letter.warnings, "a header holds control characters, read as spaces"), 1);
}

TEST(Parse, LineThatIsTooLongIsTold) {
  const auto warnings = [](std::size_t length) { return parse("X-A: b\r\n\r\n" + std::string(length, 'x')).warnings; };
  EXPECT_EQ(warnings(998), std::vector<std::string>{});
  EXPECT_EQ(warnings(999), std::vector<std::string>{"byte 10: a line of 999 octets, 998 are allowed"});
}

TEST(Parse, FileNameLosesItsPathAndControls) {
  const ParsedLetter letter =
      parse("Content-Disposition: attachment; filename*=utf-8''..%2F..%2Fetc%2Fpass%0Awd\r\n\r\nx");
  EXPECT_EQ(letter.parts.at(0).file_name, "pass_wd");
}

TEST(Parse, UuencodeAndQuotedPrintableAreUndone) {
  EXPECT_EQ(parse("Content-Transfer-Encoding: quoted-printable\r\n\r\n=D0=96=\r\n!\r\n").text, "Ж!\n");
  EXPECT_EQ(
      parse("Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n#86)C\r\n`\r\nend\r\n").parts.at(0).content,
      "abc");
}

TEST(ParseLimits, PartsDepthAndHeaderAreCut) {
  std::string many = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
  for (int i = 0; i < 50; ++i) many += "--b\r\n\r\nx\r\n";
  const ParsedLetter few = parse(many, {.max_parts = 10});
  EXPECT_EQ(few.parts.size(), 10U);
  EXPECT_THAT(few.warnings, Contains(HasSubstr("beyond 10")));

  std::string deep;
  for (int i = 0; i < 60; ++i) {
    const std::string n = std::to_string(i);
    deep += "Content-Type: multipart/mixed; boundary=\"b" + n + "\"\r\n\r\n--b" + n + "\r\n";
  }
  EXPECT_THAT(parse(deep + "\r\nx").warnings, Contains(HasSubstr("deeper than 50")));

  const ParsedLetter cut =
      parse("Subject: a\r\nX: " + std::string(1000, 'x') + "\r\nTo: b@x.ru\r\n\r\nbody", {.max_header_bytes = 100});
  EXPECT_EQ(cut.subject, "a");
  EXPECT_TRUE(cut.to.empty());
  EXPECT_EQ(cut.text, "body");
  EXPECT_THAT(cut.warnings, Contains(HasSubstr("longer than 100")));
}

TEST(ParseLimits, AMillionBoundariesAreCutBeforeTheyCost) {
  std::string bomb = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
  for (int i = 0; i < 300'000; ++i) bomb += "--b\r\n\r\n";
  const ParsedLetter letter = parse(bomb, {.max_parts = 100});
  EXPECT_EQ(letter.parts.size(), 100U);
  EXPECT_THAT(letter.warnings, Contains(HasSubstr("beyond 100")));
}

namespace {

std::vector<std::string> contents(const ParsedLetter& letter) {
  std::vector<std::string> all;
  for (const ParsedPart& part : letter.parts) all.push_back(part.content);
  return all;
}

std::vector<std::string> types(const ParsedLetter& letter) {
  std::vector<std::string> all;
  for (const ParsedPart& part : letter.parts) all.push_back(part.type);
  return all;
}

const std::string mixed = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";

}  // namespace

TEST(ParseHeader, FirstOfTwoTypesAndTransferEncodingsWins) {
  const ParsedLetter letter = parse(
      "Content-Type: text/html; charset=koi8-r\r\nContent-Type: text/plain; charset=utf-8\r\n"
      "Content-Transfer-Encoding: quoted-printable\r\nContent-Transfer-Encoding: base64\r\n\r\n=F0=D2=C9");
  EXPECT_EQ(letter.html, "При");
  EXPECT_FALSE(letter.has_text);
  EXPECT_THAT(letter.warnings, Contains(HasSubstr("Content-Type occurs twice")));
  EXPECT_THAT(letter.warnings, Contains(HasSubstr("Content-Transfer-Encoding occurs twice")));
  const ParsedLetter parts = parse(mixed +
                                   "--b\r\nContent-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=c\r\n"
                                   "\r\none\r\n--b--\r\n");
  EXPECT_EQ(parts.text, "one");
}

TEST(ParseHeader, TextWithoutABlankLineBeforeItIsText) {
  EXPECT_EQ(parse("Subject: a\r\nHello Ivan,\r\nhow are you?\r\n\r\nBye\r\n").text,
            "Hello Ivan,\nhow are you?\n\nBye\n");
  EXPECT_EQ(parse(mixed + "--b\r\nContent-Type: text/plain\r\nHello\r\nNote: x\r\n--b--\r\n").text, "Hello\nNote: x");
  EXPECT_EQ(parse(mixed + "--b\r\nHello\r\n--b--\r\n").text, "Hello");
  EXPECT_EQ(parse(mixed + "--b\r\nNote: this\r\n--b--\r\n").text, "Note: this");
  EXPECT_EQ(parse(mixed + "--b\r\nFrom Moscow with love\r\n--b--\r\n").text, "From Moscow with love");
  EXPECT_EQ(parse("Dear Ivan,\nprice: 5\n\nbye\n").text, "Dear Ivan,\nprice: 5\n\nbye\n");
  EXPECT_THAT(parse("Subject: a\nHello\n").warnings, Contains("no empty line ends a header"));
}

TEST(ParseHeader, LinesThatAreNoFieldAmongFieldsEndNothing) {
  const ParsedLetter letter =
      parse("Subject: a\nbroken\nX-A: b\n again\nbroken: \nand more\nTo: b@x.ru\ntext: x\n\nbody");
  EXPECT_EQ(letter.to.size(), 1U);
  EXPECT_EQ(letter.text, "body");
  EXPECT_THAT(letter.warnings, Contains(HasSubstr("not a header field")));
}

TEST(ParseHeader, BlankLineOfCarriageReturnsEndsIt) { EXPECT_EQ(parse("Subject: a\r\r\n\r\r\nbody").text, "body"); }

TEST(ParseHeader, BareCarriageReturnGluesNothing) {
  EXPECT_EQ(parse("To: a@exa\rmple.com\r\n\r\n").to.at(0).address, "a@exa mple.com");
  EXPECT_EQ(parse("Subject: a\rb\r\n\r\n").subject, "a b");
}

TEST(ParseTree, LinesThatEndInCarriageReturnsAloneAreLines) {
  const ParsedLetter letter = parse(
      "From: a@x.ru\rSubject: s\rContent-Type: multipart/mixed; boundary=b\r\r--b\r\rone\rtwo\r--b\r"
      "Content-Type: text/html\r\r<p>\r--b--\r");
  EXPECT_EQ(letter.subject, "s");
  EXPECT_EQ(letter.text, "one\ntwo");
  EXPECT_EQ(letter.html, "<p>");
}

TEST(ParseTree, FirstBoundaryDirectlyBehindTheHeaderBeginsAPart) {
  for (const char* head : {"Subject: a\nContent-Type: multipart/mixed; boundary=b\n",
                           "Content-Type: multipart/mixed; boundary=b\nSubject: a\n"}) {
    const ParsedLetter letter =
        parse(head + std::string("--b\nContent-Type: text/html\n\n<p>\n--b\nContent-Type: multipart/mixed; boundary=c\n"
                                 "--c\n\none\n--c--\n--b\n\ntwo\n--b--\n"));
    EXPECT_EQ(letter.subject, "a");
    EXPECT_THAT(contents(letter), testing::ElementsAre("<p>", "one", "two"));
  }
}

TEST(ParseTree, MultipartWithAnotherBoundaryThanItSaysHasItsParts) {
  for (const char* says : {"; boundary=other", "", "; boundary=\"\"", "; boundary=\"=?utf-8?q?b?=\"", " boundary=b"}) {
    const ParsedLetter letter =
        parse("Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: multipart/alternative" +
              std::string(says) +
              "\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\none\r\n--b\r\n"
              "Content-Type: text/html\r\n\r\n<p>\r\n--b--\r\n--o\r\n\r\ntwo\r\n--o--\r\n");
    EXPECT_THAT(contents(letter), testing::ElementsAre("one", "<p>", "two")) << says;
    EXPECT_EQ(letter.nodes.at(1).type, "multipart/alternative");
  }
  EXPECT_THAT(parse(mixed + "--c\n\none\n--c--\n").warnings, Contains(HasSubstr("no part with its boundary")));
  EXPECT_THAT(contents(parse("Content-Type: multipart/mixed; boundary=x\n\n--y\n\none\n--y\n\ntwo\n--y--\n")),
              testing::ElementsAre("one", "two"));
}

TEST(ParseTree, InnerMultipartWithoutAnyBoundaryIsItsText) {
  const ParsedLetter letter =
      parse(mixed +
            "--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\nall of\r\n-- \r\nit\r\n"
            "------\r\n--------\r\n--b\r\n\r\ntwo\r\n--b--\r\n");
  EXPECT_THAT(contents(letter), testing::ElementsAre("all of\r\n-- \r\nit\r\n------\r\n--------", "two"));
  EXPECT_EQ(letter.parts.at(0).type, "text/plain");
}

TEST(ParseTree, FileThatSaysItIsAMultipartIsAFile) {
  const ParsedLetter letter = parse(mixed +
                                    "--b\r\nContent-Type: multipart/x-zip\r\nContent-Transfer-Encoding: base64\r\n"
                                    "Content-Disposition: attachment; filename=a.zip\r\n\r\nUEs=\r\n--b\r\n"
                                    "Content-Type: multipart/x-zip; name=b.zip\r\n\r\nPK\r\n--b--\r\n");
  EXPECT_THAT(contents(letter), testing::ElementsAre("PK", "PK"));
  EXPECT_THAT(types(letter), testing::ElementsAre("multipart/x-zip", "multipart/x-zip"));
  EXPECT_EQ(letter.parts.at(0).file_name, "a.zip");
}

TEST(ParseTree, SameBoundaryWithinItselfLosesNoPart) {
  EXPECT_THAT(contents(parse(
                  mixed + "--b\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\n\r\n"
                          "two\r\n--b--\r\n--b\r\n\r\nthree\r\n--b--\r\n")),
              testing::ElementsAre("one", "two", "three"));
}

TEST(ParseTree, PartBehindTheLastBoundaryIsAPart) {
  const ParsedLetter letter = parse(mixed + "--b\r\n\r\none\r\n--b--\r\nfooter\r\n--b\r\n\r\ntwo\r\n--b--\r\n");
  EXPECT_THAT(contents(letter), testing::ElementsAre("one", "two"));
  EXPECT_THAT(letter.warnings, Contains(HasSubstr("text stands behind the last boundary")));
}

TEST(ParseTree, BoundariesWithSpacesBehindAndPrefixesOfOthersAreKept) {
  EXPECT_THAT(
      contents(parse(
          "Content-Type: multipart/mixed; boundary=\"b \"\r\n\r\n--b \t\r\n\r\none\r\n--bc\r\n--b--x\r\n--b  \r\n\r\n"
          "two\r\n--b-- \r\n")),
      testing::ElementsAre("one\r\n--bc\r\n--b--x", "two"));
}

TEST(ParseTree, TextAroundTheBoundariesIsToldUnlessEveryMailerWritesIt) {
  EXPECT_THAT(parse(mixed + "Read this!\r\n--b\r\n\r\none\r\n--b--\r\n").warnings,
              Contains(HasSubstr("before the first boundary")));
  EXPECT_THAT(parse(mixed + "This is a multi-part message in MIME format.\r\n--b\r\n\r\none\r\n--b--\r\n").warnings,
              testing::IsEmpty());
}

TEST(ParseTree, PartWhoseFirstBoundaryIsMissingIsAPart) {
  EXPECT_THAT(contents(parse(mixed + "Content-Type: text/plain\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\n")),
              testing::ElementsAre("one", "two"));
}

TEST(ParseTree, LetterCutShortKeepsItsLastPartAndSaysSo) {
  const ParsedLetter letter = parse(mixed + "--b\r\n\r\none\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>tw");
  EXPECT_THAT(contents(letter), testing::ElementsAre("one", "<p>tw"));
  EXPECT_THAT(letter.warnings, Contains(HasSubstr("before its last boundary")));
  EXPECT_EQ(parse(mixed + "--b\r\nContent-Type: text/html\r\n").parts.size(), 1U);
}

TEST(ParseTree, ForwardedLetterInBase64IsTheLetter) {
  const ParsedLetter letter = parse(mixed +
                                    "--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                                    "U3ViamVjdDogeA0KDQp5\r\n--b--\r\n");
  EXPECT_EQ(parse(letter.parts.at(0).content).subject, "x");
}

TEST(ParseTree, WhatIsNestedTooDeepIsOnePart) {
  const ParsedLetter letter = parse(mixed +
                                        "--b\r\nContent-Type: multipart/mixed; "
                                        "boundary=c\r\n\r\n--c\r\n\r\none\r\n--c--\r\n--b\r\n\r\ntwo\r\n--b--\r\n",
                                    {.max_depth = 1});
  EXPECT_THAT(contents(letter), testing::ElementsAre("--c\r\n\r\none\r\n--c--", "two"));
  EXPECT_THAT(types(letter), testing::ElementsAre("multipart/mixed", "text/plain"));
}

TEST(Parse, HostileShapesTakeLinearTime) {
  // Each would take minutes if anything here were quadratic; CTest's time limit is the judge.
  const std::string many(500'000, '(');
  parse("To: " + many + "\r\n\r\n");
  parse("Content-Type: text/plain; a=\"" + many + "\r\n\r\n");
  std::string list;
  for (int i = 0; i < 100'000; ++i) list += "<a,";
  EXPECT_FALSE(parse("To: " + list + "\r\n\r\n").warnings.empty());
  std::string parameters;
  for (int i = 0; i < 100'000; ++i) parameters += "; a*" + std::to_string(i) + "*=%d0";
  EXPECT_EQ(parse("Content-Type: text/plain" + parameters + "\r\n\r\nx").text, "x");
}

TEST(Parse, HostileMegabytesTakeLinearTime) {
  // As above: a megabyte or more of what has made parsers slow.
  const auto times = [](std::string_view text, int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += text;
    return out;
  };
  parse("Subject: " + times("=?a?q?", 200'000) + "\r\n\r\n");
  parse("Subject: " + times("=?a?q? ", 200'000) + "?=\r\n\r\n");
  parse("Subject: " + times("=?utf-8?B?0J8=?= ", 60'000) + "\r\n\r\n");
  parse("Subject: " + times("\r\n x", 300'000) + "\r\n\r\n");
  parse("To: " + times("a:", 500'000) + "\r\n\r\n");
  parse("To: \"" + times("\\\"", 500'000) + "\r\n\r\n");
  parse("From: " + times("(\\", 500'000) + "\r\n\r\n");
  parse("Content-Disposition: attachment; filename=\"" + times("=?", 500'000) + "\r\n\r\n");
  parse("Content-Type: multipart/mixed; boundary=" + times("b", 500'000) + "\r\n\r\n" + times("--b\n", 50'000));
  parse("Content-Type: multipart/mixed; boundary=\"\"\r\n\r\n" + times("--\n", 50'000));
  parse(times("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", 20'000));
  parse("Content-Type: multipart/mixed; boundary=b\r\n\r\n" + times("--b\r\nX: y\r\n", 50'000));
  parse("Content-Type: text/html; charset=utf-7\r\n\r\n" + times("+AGE-", 300'000));
  parse("Content-Type: text/html; charset=windows-1251\r\n\r\n" + times("\xD0\x98\r", 500'000));
  parse("Content-Transfer-Encoding: quoted-printable\r\n\r\n" + times("=\r", 500'000));
  parse("Content-Transfer-Encoding: x-uuencode\r\n\r\n" + times("begin \n", 200'000));
  parse("Content-Transfer-Encoding: base64\r\n\r\n" + times("=", 1'000'000));
  parse(times("a:\r\n", 250'000));
  parse(times(":", 1'000'000));
  parse(times("no header\n", 100'000) + "A: b\n");
  parse("Subject: x\n" + times("no header\n", 100'000) + "To: b\n" + times("no header\n", 100'000));
  std::string nested;
  for (int i = 0; i < 60; ++i) nested += "Content-Type: multipart/mixed; boundary=x" + std::to_string(i) + "\n\n--y\n";
  parse(nested + times("--y\nContent-Type: multipart/mixed; boundary=z\n\nx\n", 50'000));
  parse(mixed + times("--c\n--d\n--c--\n", 100'000));
  parse("To: " + times("<@a,", 200'000) + "\n\n");
  parse("To: <" + times("@a,", 200'000) + "\n\n");
  parse("To: " + times("a <b> ", 200'000) + "\n\n");
  parse("To: " + times("a.(x)", 200'000) + "\n\n");
}

TEST(ParseTree, NodesTellWhichPartIsInsideWhich) {
  const ParsedLetter letter = parse(
      "Content-Type: multipart/Mixed; boundary=a\r\n\r\npreamble\r\n--a\r\n"
      "Content-Type: multipart/alternative; boundary=ab\r\n\r\n--ab\r\n\r\ntext\r\n--ab\r\n"
      "Content-Type: text/html\r\n\r\n<p>\r\n--ab--\r\n--a\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n--a--\r\n");
  std::vector<std::tuple<std::string, std::ptrdiff_t, std::ptrdiff_t>> nodes;
  for (const PartNode& node : letter.nodes) nodes.emplace_back(node.type, node.parent, node.part);
  EXPECT_THAT(nodes, testing::ElementsAre(std::tuple("multipart/mixed", -1, -1),
                                          std::tuple("multipart/alternative", 0, -1), std::tuple("text/plain", 1, 0),
                                          std::tuple("text/html", 1, 1), std::tuple("application/pdf", 0, 2)));
}

TEST(ParseTree, PartsTellWhereTheyStandInTheBytes) {
  const std::string raw =
      "From x@y Mon Jan 1\r\nX: " + std::string(200, 'x') +
      "\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>\r\n--b\r\n\r\n"
      "bare\r\n--b\r\nX-Only: header\r\n\r\n--b--\r\n";
  const ParsedLetter letter = parse(raw);
  ASSERT_EQ(letter.parts.size(), 3U);
  const auto bytes_of = [&](const ParsedPart& part) { return raw.substr(part.begin, part.end - part.begin); };
  EXPECT_EQ(bytes_of(letter.parts[0]), "Content-Type: text/html\r\n\r\n<p>");
  EXPECT_EQ(bytes_of(letter.parts[1]), "bare");
  EXPECT_EQ(letter.parts[2].begin, raw.find("X-Only"));

  const std::string plain = "A: b\r\nX: " + std::string(500, 'x') + "\r\n\r\nbody";
  const ParsedPart cut = parse(plain, {.max_header_bytes = 50}).parts.at(0);
  EXPECT_EQ(plain.substr(0, cut.end), plain);
}

TEST(Parse, MissingAndAmbiguousBoundariesLoseNoPart) {
  const std::string head = "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n";
  EXPECT_THAT(contents(parse(head + "--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n")), testing::SizeIs(2));
  const std::string nested =
      head +
      "--b\r\nContent-Type: multipart/alternative; boundary=b-inner\r\n\r\n--b-inner\r\n\r\none\r\n--b-inner\r\n"
      "\r\ntwo\r\n--b-inner--\r\n--b\r\n\r\nthree\r\n--b--\r\n";
  EXPECT_THAT(contents(parse(nested)), testing::ElementsAre("one", "two", "three"));
  const std::string unclosed =
      head +
      "--b\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n--i\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\n";
  EXPECT_THAT(contents(parse(unclosed)), testing::ElementsAre("one", "two"));
  EXPECT_THAT(contents(parse(head + "--b\n\none\n--b\r\n\r\ntwo\r\n--b--")), testing::ElementsAre("one", "two"));
}

TEST(ParseLimits, WarningsHaveAnEnd) {
  std::string list = "To: ";
  for (int i = 0; i < 5000; ++i) list += "a@@b" + std::to_string(i) + ",";
  const ParsedLetter letter = parse(list + "\r\n\r\n");
  EXPECT_EQ(letter.to.size(), 5000U);
  EXPECT_LE(letter.warnings.size(), 201U);
  EXPECT_THAT(letter.warnings.back(), HasSubstr("more warnings"));
}

TEST(Parse, PartsOfADigestAreLettersUnlessTheySayOtherwise) {
  const ParsedLetter letter = parse(
      "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nSubject: x\r\n\r\ny\r\n--b\r\n"
      "Content-Type: text/plain\r\n\r\nz\r\n--b--\r\n");
  ASSERT_EQ(letter.parts.size(), 2U);
  EXPECT_EQ(letter.parts[0].type, "message/rfc822");
  EXPECT_EQ(letter.parts[0].content, "Subject: x\r\n\r\ny");
  EXPECT_EQ(letter.parts[1].type, "text/plain");
  EXPECT_EQ(letter.text, "z");
}

TEST(Parse, CharsetWithACommentIsItsName) {
  EXPECT_EQ(parse("Content-Type: text/plain; charset=us-ascii (Plain text)\r\n\r\nx").parts.at(0).charset, "us-ascii");
}
