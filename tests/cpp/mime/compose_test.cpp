#include "gatepost/mime/compose/compose.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <functional>

#include "gatepost/core/utf8.hpp"
#include "gatepost/mime/parse/parse.hpp"

using namespace gatepost;
using namespace gatepost::mime;
using testing::HasSubstr;
using testing::Not;

namespace {

LetterContent simple() {
  LetterContent content;
  content.from = {"Иван", "ivan@example.com"};
  content.to = {{"", "olga@example.com"}};
  content.subject = "Счёт";
  content.text = "Привет\n";
  content.message_id = "1@example.com";
  content.date = TimePoint(std::chrono::seconds(1'763'789'257));
  return content;
}

std::string composed(const LetterContent& content) {
  auto letter = compose(content);
  EXPECT_TRUE(letter) << letter.error().message();
  return letter ? *letter : std::string();
}

std::string fault(const LetterContent& content) {
  auto letter = compose(content);
  return letter ? "no error" : letter.error().message();
}

std::shared_ptr<const Part> part(Part::Source source) {
  auto made = Part::make(std::move(source));
  EXPECT_TRUE(made) << made.error().message();
  return *made;
}

std::string part_fault(Part::Source source) {
  auto made = Part::make(std::move(source));
  return made ? "no error" : made.error().message();
}

/// Every line ends in CRLF and there is no other CR or LF; gives the longest line.
std::size_t longest_line(std::string_view letter) {
  std::size_t longest = 0;
  std::size_t begin = 0;
  for (std::size_t end = letter.find("\r\n"); end != std::string_view::npos; end = letter.find("\r\n", begin)) {
    const std::string_view line = letter.substr(begin, end - begin);
    EXPECT_EQ(line.find_first_of("\r\n"), std::string_view::npos) << line;
    longest = std::max(longest, line.size());
    begin = end + 2;
  }
  EXPECT_EQ(begin, letter.size());
  return longest;
}

}  // namespace

TEST(Compose, HeadersOfG10AreAlwaysThere) {
  LetterContent content;
  content.from = {"", "a@x.ru"};
  const std::string letter = composed(content);
  for (const char* name : {"Message-ID", "Date", "From", "To", "MIME-Version", "Content-Type"}) {
    EXPECT_NE(raw_header(letter, name), "") << name;
  }
  EXPECT_THAT(letter, HasSubstr("\r\nSubject:\r\n"));
  EXPECT_EQ(raw_header(letter, "To"), "undisclosed-recipients:;");
}

TEST(Compose, DateIsRfc5322InUtc) {
  EXPECT_EQ(raw_header(composed(simple()), "Date"), "Sat, 22 Nov 2025 05:27:37 +0000");
}

TEST(Compose, TextAloneIsOnePart) {
  const std::string letter = composed(simple());
  EXPECT_THAT(letter, HasSubstr("Content-Type: text/plain; charset=utf-8\r\n"));
  EXPECT_THAT(letter, Not(HasSubstr("multipart")));
  EXPECT_EQ(parse(letter).text, "Привет\n");
}

TEST(Compose, TreeHasOnlyTheNodesItNeeds) {
  LetterContent content = simple();
  content.html = "<img src=\"cid:logo\">";
  content.inline_parts = {part({"png", "", "image/png", "logo"})};
  content.attachments = {part({"pdf", "счёт.pdf", "application/pdf", ""})};
  const ParsedLetter letter = parse(composed(content));
  ASSERT_EQ(letter.parts.size(), 4U);
  EXPECT_EQ(letter.parts[0].depth, 3);  // mixed > related > alternative
  EXPECT_EQ(letter.parts[1].type, "text/html");
  EXPECT_EQ(letter.parts[2].content_id, "logo");
  EXPECT_EQ(letter.parts[2].depth, 2);
  EXPECT_EQ(letter.parts[3].file_name, "счёт.pdf");
  EXPECT_EQ(letter.parts[3].content, "pdf");
  EXPECT_EQ(letter.parts[3].depth, 1);
  EXPECT_TRUE(letter.warnings.empty());

  content.text.reset();
  content.attachments.clear();
  EXPECT_THAT(composed(content), HasSubstr("type=\"text/html\""));
}

TEST(Compose, LinesEndInCrlfAndNoneIsOver998) {
  LetterContent content = simple();
  content.subject = std::string(5000, 'a') + " " + std::string(200, ' ') + "ж";
  content.text = std::string(5000, 'b') + "\n\r\n\rend";
  content.html = std::string(3000, '=');
  content.headers = {{"X-Long", std::string(3000, 'c')}};
  for (int i = 0; i < 200; ++i) content.to.push_back({"Имя Фамилия, и ещё", "user@example.com"});
  content.attachments = {part({std::string(10'000, '\0'), std::string(400, 'n') + ".txt", "", ""})};
  const std::string letter = composed(content);
  EXPECT_LE(longest_line(letter), 998U);
  EXPECT_TRUE(is_ascii(letter));
  EXPECT_EQ(parse(letter).subject, content.subject);
}

TEST(Compose, SubjectThatLooksEncodedComesBackTheSame) {
  for (const char* subject :
       {"=?utf-8?Q?a?=", " leading", "trailing ", "a  b", "\ttab", "   ", "=?", "жё =?x?= жё", "a ж b ж  ж c", "😀",
        "  4 u-tf ", "a                                          b  ", "ж                                          ж",
        "ж                                         b"}) {
    LetterContent content = simple();
    content.subject = subject;
    EXPECT_EQ(parse(composed(content)).subject, subject);
  }
}

TEST(Compose, NamesComeBackTheSame) {
  for (const char* name : {"Иван Петров", "Petrov, Ivan", "J. \"Q\" P\\ublic", "a  b", "=?utf-8?Q?a?=", "O'Brien",
                           "Очень длинное название отдела, которое не помещается в одну строку заголовка письма"}) {
    LetterContent content = simple();
    content.from.name = name;
    EXPECT_EQ(parse(composed(content)).from.at(0), (Mailbox{name, "ivan@example.com"}));
  }
}

TEST(Compose, LongUrlsAndIdsAreNeverEncoded) {
  LetterContent content = simple();
  content.list_unsubscribe = "https://example.com/" + std::string(500, 'u');
  content.headers = {{"References", "<a@x> <b@x> <" + std::string(100, 'c') + "@x> <d@x>"}, {"List-Id", "<news.x.ru>"}};
  const std::string letter = composed(content);
  EXPECT_THAT(letter, HasSubstr("<" + content.list_unsubscribe + ">"));
  EXPECT_THAT(letter, HasSubstr("List-Unsubscribe-Post: List-Unsubscribe=One-Click"));
  EXPECT_EQ(raw_header(letter, "References"), content.headers[0].second);
  content.list_unsubscribe = "mailto:off@x.ru";
  EXPECT_THAT(composed(content), Not(HasSubstr("One-Click")));
}

TEST(Compose, LocalPartBeyondAsciiIsWrittenAsUtf8) {
  LetterContent content = simple();
  content.to = {{"Иван", "иван@xn--e1afmkfd.xn--p1ai"}};
  EXPECT_THAT(composed(content), HasSubstr(" <иван@xn--e1afmkfd.xn--p1ai>\r\n"));
}

TEST(Compose, IdsOfG8AndG9) {
  LetterContent content = simple();
  content.campaign_id = "october_news-1";
  content.letter_id = "42";
  EXPECT_EQ(raw_header(composed(content), "X-Campaign-Id"), "october_news-1");
  EXPECT_EQ(raw_header(composed(content), "X-Letter-Id"), "42");
  content.campaign_id = "октябрь";
  EXPECT_THAT(fault(content), HasSubstr("campaign_id: 'октябрь'"));
}

TEST(Compose, TextWithoutFinalLineEndComesBackTheSame) {
  for (const char* text :
       {"Привет", "caf\u00E9 and more plain English text", "a \u00E9 plain English trailing space "}) {
    LetterContent content = simple();
    content.text = text;
    EXPECT_EQ(parse(composed(content)).text, text);
  }
}

TEST(Compose, BoundaryLikeTextStaysText) {
  LetterContent content = simple();
  content.text = "--=_\n--\n.\n..\nFrom me\n";
  content.html = "--=_aaaaaaaaaaaaaaaaaaaaaaaaaaa--\n";
  const ParsedLetter letter = parse(composed(content));
  EXPECT_EQ(letter.text, *content.text);
  EXPECT_EQ(letter.html, *content.html);
}

TEST(ComposeGate, LineEndsAndControlsAreRefusedEverywhere) {
  const std::string evil = "a\r\nBcc: victim@x.ru";
  const std::vector<std::pair<const char*, std::function<void(LetterContent&)>>> ways{
      {"subject", [&](auto& c) { c.subject = evil; }},
      {"from.name", [&](auto& c) { c.from.name = evil; }},
      {"from", [&](auto& c) { c.from.address = "a@x.ru\r\nX: y"; }},
      {"sender.name",
       [&](auto& c) {
         c.sender = Mailbox{evil, "a@x.ru"};
       }},
      {"to[0]",
       [&](auto& c) {
         c.to = {{"", "a@x.ru\n"}};
       }},
      {"to[1].name",
       [&](auto& c) {
         c.to.push_back({evil, "a@x.ru"});
       }},
      {"cc[0].name",
       [&](auto& c) {
         c.cc = {{std::string("a\0b", 3), "a@x.ru"}};
       }},
      {"reply_to[0].name",
       [&](auto& c) {
         c.reply_to = {{evil, "a@x.ru"}};
       }},
      {"headers['X-A']",
       [&](auto& c) {
         c.headers = {{"X-A", evil}};
       }},
      {"headers['X\\x0d\\x0aBcc']",
       [&](auto& c) {
         c.headers = {{"X\r\nBcc", "v"}};
       }},
      {"headers['X A']",
       [&](auto& c) {
         c.headers = {{"X A", "v"}};
       }},
      {"headers['X:']",
       [&](auto& c) {
         c.headers = {{"X:", "v"}};
       }},
      {"message_id", [&](auto& c) { c.message_id = "a@b\r\nX: y"; }},
      {"message_id", [&](auto& c) { c.message_id = "a@b> <c@d"; }},
      {"campaign_id", [&](auto& c) { c.campaign_id = evil; }},
      {"letter_id", [&](auto& c) { c.letter_id = evil; }},
      {"list_unsubscribe", [&](auto& c) { c.list_unsubscribe = "https://x\r\nBcc: a"; }},
      {"list_unsubscribe", [&](auto& c) { c.list_unsubscribe = "https://x>, <mailto:a@b"; }},
      {"list_unsubscribe", [&](auto& c) { c.list_unsubscribe = "javascript:alert(1)"; }},
      {"to[0]",
       [&](auto& c) {
         c.to = {{"", "a@x.ru>, <b@x.ru"}};
       }},
      {"text", [&](auto& c) { c.text = "ab\xFF"; }},
      {"subject", [&](auto& c) { c.subject = "ab\xFF"; }},
  };
  for (const auto& [where, spoil] : ways) {
    LetterContent content = simple();
    spoil(content);
    EXPECT_EQ(fault(content).rfind(std::string(where) + ": ", 0), 0U) << where << " gave " << fault(content);
  }
}

TEST(ComposeGate, HeadersThatAreOursAreRefusedByName) {
  for (const char* name : {"From", "to", "SUBJECT", "Date", "Message-Id", "MIME-Version", "Content-Type",
                           "Content-Transfer-Encoding", "Bcc", "Resent-Bcc", "Sender", "Reply-To", "X-Letter-Id"}) {
    LetterContent content = simple();
    content.headers = {{name, "v"}};
    EXPECT_THAT(fault(content), HasSubstr(name)) << name;
  }
}

TEST(ComposeGate, HeaderThatMayStandOnceIsRefusedTwice) {
  LetterContent content = simple();
  content.headers = {{"References", "<a@b>"}, {"references", "<a@b>"}};
  EXPECT_THAT(fault(content), HasSubstr("stands twice"));
  content.headers = {{"X-Tag", "a"}, {"X-Tag", "b"}};
  EXPECT_EQ(fault(content), "no error");
  content.headers = {{"List-Unsubscribe", "<https://a>"}};
  content.list_unsubscribe = "https://b";
  EXPECT_THAT(fault(content), HasSubstr("List-Unsubscribe"));
}

TEST(ComposeGate, PlainHeaderBeyondAsciiOrTooLongIsRefused) {
  LetterContent content = simple();
  content.headers = {{"List-Id", "новости <n.x.ru>"}};
  EXPECT_THAT(fault(content), HasSubstr("must be ASCII"));
  content.headers = {{"List-Help", "<https://" + std::string(1000, 'a') + ">"}};
  EXPECT_THAT(fault(content), HasSubstr("900"));
}

TEST(Part, BadNamesTypesAndIdsAreRefused) {
  EXPECT_EQ(part_fault({"", "a\nb", "", ""}), "name: byte 1 is a line feed");
  EXPECT_THAT(part_fault({"", "../a", "", ""}), HasSubstr("path separator"));
  EXPECT_THAT(part_fault({"", "a\\b", "", ""}), HasSubstr("path separator"));
  EXPECT_THAT(part_fault({"", "a", "pdf", ""}), HasSubstr("no media type"));
  EXPECT_THAT(part_fault({"", "a", "a/b\r\nX: y", ""}), HasSubstr("carriage return"));
  EXPECT_THAT(part_fault({"", "a", "multipart/mixed", ""}), HasSubstr("one part"));
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

TEST(MakeMessageId, IsUniqueAndOfTheSendersDomain) {
  const std::string id = make_message_id("ivan@example.com");
  EXPECT_THAT(id, testing::EndsWith("@example.com"));
  EXPECT_NE(id, make_message_id("ivan@example.com"));
  EXPECT_THAT(make_message_id(""), testing::EndsWith("@localhost"));
}

TEST(Compose, GroupsStandAmongMailboxes) {
  LetterContent content = simple();
  content.to = {{"", "a@x.ru"}, {"Иван", "ivan@x.ru"}, {"", "olga@y.ru"}, {"", "z@x.ru"}};
  content.to_groups = {{"Команда", 1, 2}, {"Nobody", 3, 0}};
  content.cc_groups = {{"A, B", 0, 0}};
  const std::string letter = composed(content);
  EXPECT_THAT(letter, HasSubstr("To: a@x.ru, =?utf-8?B?0JrQvtC80LDQvdC00LA=?= : =?utf-8?B?0JjQstCw0L0=?=\r\n"
                                " <ivan@x.ru>, olga@y.ru;, Nobody:;, z@x.ru\r\n"));
  EXPECT_THAT(letter, HasSubstr("Cc: \"A, B\":;\r\n"));
  EXPECT_EQ(parse(letter).to, content.to);
}

TEST(Compose, ThreadIdsAreFoldedBetweenIdsAlone) {
  LetterContent content = simple();
  content.in_reply_to = {"a@b"};
  for (int i = 0; i < 40; ++i) content.references.push_back(std::string(20, 'x') + std::to_string(i) + "@example.com");
  const std::string letter = composed(content);
  EXPECT_THAT(letter, HasSubstr("\r\nIn-Reply-To: <a@b>\r\nReferences: <xxx"));
  EXPECT_LE(longest_line(letter), 78U);
  EXPECT_THAT(letter, Not(HasSubstr("@\r\n")));
}

TEST(Compose, FurtherFormsOfTheTextStandLastInTheAlternative) {
  LetterContent content = simple();
  content.html = "<p>x</p>";
  auto calendar = Part::alternative("BEGIN:VCALENDAR\r\nSUMMARY:Встреча\r\nEND:VCALENDAR\r\n",
                                    "text/calendar; charset=utf-8; method=REQUEST");
  ASSERT_TRUE(calendar);
  content.alternatives = {*calendar};
  const std::string letter = composed(content);
  const ParsedLetter parsed = parse(letter);
  ASSERT_EQ(parsed.parts.size(), 3U);
  EXPECT_EQ(parsed.parts[2].type, "text/calendar");
  EXPECT_EQ(parsed.parts[2].disposition, "");
  EXPECT_THAT(letter, HasSubstr("multipart/alternative"));
  content.text.reset();
  content.html.reset();
  EXPECT_EQ(parse(composed(content)).parts.size(), 1U);
}

TEST(ComposeGate, GroupsAndThreadIdsAreRefusedByPlace) {
  const std::vector<std::pair<const char*, std::function<void(LetterContent&)>>> ways{
      {"to.groups[0].name: byte 1",
       [](auto& c) {
         c.to_groups = {{"a\r\nBcc: x", 0, 1}};
       }},
      {"to.groups[0]: has no name",
       [](auto& c) {
         c.to_groups = {{"", 0, 1}};
       }},
      {"to.groups[0]: does not lie",
       [](auto& c) {
         c.to_groups = {{"a", 0, 2}};
       }},
      {"to.groups[1]: does not lie",
       [](auto& c) {
         c.to_groups = {{"a", 0, 1}, {"b", 0, 1}};
       }},
      {"to.groups[0]: does not lie",
       [](auto& c) {
         c.to_groups = {{"a", 1, static_cast<std::size_t>(-1)}};
       }},
      {"in_reply_to[0]: ", [](auto& c) { c.in_reply_to = {"a b@c"}; }},
      {"references[1]: is empty",
       [](auto& c) {
         c.references = {"a@b", ""};
       }},
      {"references[0]: byte 3", [](auto& c) { c.references = {"a@b\r\nX: y"}; }},
      {"headers['in-reply-to']: is written",
       [](auto& c) {
         c.in_reply_to = {"a@b"};
         c.headers = {{"in-reply-to", "<a@b>"}};
       }},
  };
  for (const auto& [start, spoil] : ways) {
    LetterContent content = simple();
    spoil(content);
    EXPECT_EQ(fault(content).rfind(start, 0), 0U) << start << " gave " << fault(content);
  }
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

TEST(Compose, AddressesOfFurtherHeadersHaveTheirNamesEncodedAlone) {
  LetterContent content = simple();
  content.headers = {{"Resent-To", "Иван <иван@пример.рф>, Команда: olga@y.ru;"},
                     {"Resent-Message-ID", "<" + std::string(120, 'x') + "@example.com>"}};
  const std::string letter = composed(content);
  EXPECT_THAT(letter, HasSubstr("Resent-To: =?utf-8?B?0JjQstCw0L0=?= <иван@xn--e1afmkfd.xn--p1ai>,\r\n "
                                "=?utf-8?B?0JrQvtC80LDQvdC00LA=?= : olga@y.ru;\r\n"));
  EXPECT_THAT(letter, HasSubstr("Resent-Message-ID: <xxxx"));
  content.headers = {{"Errors-To", "nobody"}};
  EXPECT_THAT(fault(content), HasSubstr("headers['Errors-To']: 'nobody'"));
  content.headers = {{"Received", "от x"}};
  EXPECT_THAT(fault(content), HasSubstr("must be ASCII"));
}
