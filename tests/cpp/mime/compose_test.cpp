#include "gatepost/mime/compose/compose.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "gatepost/core/utf8.hpp"
#include "gatepost/mime/parse/parse.hpp"
#include "letters.hpp"

using namespace gatepost;
using namespace gatepost::mime;
using testing::HasSubstr;
using testing::Not;

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

TEST(Compose, HttpsAndMailtoStandInOneListUnsubscribe) {
  LetterContent content = simple();
  content.list_unsubscribe = "mailto:off@x.ru https://example.com/u";
  const std::string letter = composed(content);
  EXPECT_EQ(raw_header(letter, "List-Unsubscribe"), "<mailto:off@x.ru>, <https://example.com/u>");
  EXPECT_THAT(letter, HasSubstr("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
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

TEST(Compose, DateIsShownInItsZone) {
  LetterContent content = simple();
  content.date = TimePoint(std::chrono::seconds(1'763'789'257));
  const auto date_in = [&](const char* zone) {
    content.date_zone = zone;
    const std::string letter = composed(content);
    return letter.substr(0, letter.find("\r\n"));
  };
  EXPECT_EQ(date_in("+0000"), "Date: Sat, 22 Nov 2025 05:27:37 +0000");
  EXPECT_EQ(date_in("+0300"), "Date: Sat, 22 Nov 2025 08:27:37 +0300");
  EXPECT_EQ(date_in("-0930"), "Date: Fri, 21 Nov 2025 19:57:37 -0930");
  EXPECT_EQ(date_in("-0000"), "Date: Sat, 22 Nov 2025 05:27:37 -0000");
  for (const char* bad : {"", "0300", "+03:00", "+0360", "+9900", "+030\r"}) {
    content.date_zone = bad;
    EXPECT_FALSE(compose(content)) << bad;
  }
}

TEST(Compose, PhraseOfAListIdIsEncodedAndItsIdIsNot) {
  LetterContent content = simple();
  content.headers = {{"List-Id", "\"Новости, \\\"главное\\\"\" <n.x.ru>"}};
  const std::string letter = composed(content);
  EXPECT_THAT(letter, HasSubstr("List-Id: =?utf-8?"));
  EXPECT_THAT(letter, HasSubstr("?= <n.x.ru>\r\n"));
  EXPECT_THAT(parse(letter).headers,
              testing::Contains(std::pair<std::string, std::string>("List-Id", "Новости, \"главное\" <n.x.ru>")));
}
