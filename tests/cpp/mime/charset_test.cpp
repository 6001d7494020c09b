#include "gatepost/mime/encoding/charset.hpp"

#include <gmime/gmime.h>
#include <gtest/gtest.h>

#include <string>

#include "gatepost/mime/gmime_init.hpp"
#include "gatepost/mime/parse/parse.hpp"

using namespace gatepost::mime;

namespace {

constexpr const char* sentence = "Уважаемые коллеги! Счёт за октябрь оплачен, акт сверки во вложении.";

/// iconv's own answer, so that the tables under test do not judge themselves.
std::string in_charset(std::string_view utf8, const char* charset) {
  ensure_gmime();
  const iconv_t converter = iconv_open(charset, "UTF-8");
  std::string in(utf8);
  std::string out(utf8.size() * 4 + 16, '\0');
  char* from = in.data();
  char* to = out.data();
  std::size_t left = in.size();
  std::size_t room = out.size();
  EXPECT_EQ(iconv(converter, &from, &left, &to, &room), 0U) << charset;
  iconv(converter, nullptr, nullptr, &to, &room);
  out.resize(out.size() - room);
  iconv_close(converter);
  return out;
}

struct Labelled {
  const char* label;
  const char* charset;
};

class Label : public testing::TestWithParam<Labelled> {};

TEST_P(Label, IsReadAsItsSenderMeantIt) {
  const Utf8Text text = to_utf8(in_charset(sentence, GetParam().charset), GetParam().label);
  EXPECT_EQ(text.text, sentence);
  EXPECT_FALSE(text.guessed);
  EXPECT_FALSE(text.lossy);
}

INSTANTIATE_TEST_SUITE_P(
    Spellings, Label,
    testing::Values(Labelled{"windows-1251", "CP1251"}, Labelled{"Windows_1251", "CP1251"},
                    Labelled{"cp-1251", "CP1251"}, Labelled{"WIN-1251", "CP1251"}, Labelled{"x-cp1251", "CP1251"},
                    Labelled{"'windows-1251'", "CP1251"}, Labelled{"windows 1251", "CP1251"},
                    Labelled{"KOI8-R", "KOI8-R"}, Labelled{"koi8r", "KOI8-R"}, Labelled{"koi8", "KOI8-R"},
                    Labelled{"koi8-u", "KOI8-U"}, Labelled{"iso-8859-5", "ISO-8859-5"},
                    Labelled{"iso8859_5", "ISO-8859-5"}, Labelled{"cp866", "CP866"}, Labelled{"IBM866", "CP866"},
                    Labelled{"dos-866", "CP866"}, Labelled{"x-mac-cyrillic", "MAC-CYRILLIC"},
                    Labelled{"utf-7", "UTF-7"}, Labelled{"unicode-1-1-utf-7", "UTF-7"}, Labelled{"utf8", "UTF-8"},
                    Labelled{"UTF_8", "UTF-8"}, Labelled{"utf-16", "UTF-16"}, Labelled{"utf-16", "UTF-16BE"},
                    Labelled{"utf-16", "UTF-16LE"}, Labelled{"utf-16le", "UTF-16LE"}, Labelled{"utf-32", "UTF-32"}));

class Unlabelled : public testing::TestWithParam<const char*> {};

TEST_P(Unlabelled, IsKnownByItsLetters) {
  const char* charset = GetParam();
  for (const char* words : {sentence, "Привет", "СКИДКИ ДО КОНЦА НЕДЕЛИ", "Ещё раз о её счёте", "Re: Договор 5",
                            "Отчёт за III квартал", "поздравляем с юбилеем"}) {
    const std::string bytes = in_charset(words, charset);
    for (const char* label : {"", "unknown-8bit", "x-unknown", "us-ascii", "utf-8", "no-such-charset", "?"}) {
      EXPECT_EQ(to_utf8(bytes, label).text, words) << charset << " labelled '" << label << "'";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Charsets, Unlabelled, testing::Values("CP1251", "KOI8-R"));

TEST(ToUtf8, LongerTextIsKnownInTheRarerCharsetsToo) {
  for (const char* charset : {"CP866", "ISO-8859-5", "MAC-CYRILLIC"}) {
    EXPECT_EQ(to_utf8(in_charset(sentence, charset), "unknown-8bit").text, sentence) << charset;
  }
}

TEST(ToUtf8, Utf8UnderTheLabelOfASingleByteCharsetIsUtf8) {
  for (const char* label :
       {"us-ascii", "windows-1251", "koi8-r", "iso-8859-1", "ISO-8859-5", "cp866", "mac-cyrillic"}) {
    const Utf8Text text = to_utf8(sentence, label);
    EXPECT_EQ(text.text, sentence) << label;
    EXPECT_TRUE(text.guessed) << label;
  }
}

TEST(ToUtf8, Utf8UnderALabelInWhichItHasNoMeaningIsUtf8) {
  const Utf8Text text = to_utf8("你 好 我 公", "gb2312");
  EXPECT_EQ(text.text, "你 好 我 公");
  EXPECT_TRUE(text.guessed);
}

TEST(ToUtf8, AWordThatIsUtf8ByChanceIsReadByItsLabel) {
  EXPECT_EQ(to_utf8(in_charset("её", "KOI8-R"), "koi8-r").text, "её");
  EXPECT_EQ(to_utf8("\xD0\xA1", "windows-1251").text, "РЎ");
}

TEST(ToUtf8, UnlabelledLettersWithinLatinWordsAreWestern) {
  EXPECT_EQ(to_utf8("Die Hasen und die Fr\xF6sche \x96 \xC9t\xE9", "").text, "Die Hasen und die Frösche – Été");
  EXPECT_TRUE(to_utf8("Fr\xF6sche", "").guessed);
  EXPECT_EQ(to_utf8(in_charset("HTML-письмо", "CP1251"), "").text, "HTML-письмо");
  EXPECT_EQ(to_utf8(in_charset("emailом письмо", "CP1251"), "").text, "emailом письмо");
}

TEST(ToUtf8, RussianUnderAWesternLabelIsRussian) {
  for (const char* label : {"iso-8859-1", "latin1", "windows-1252", "iso-8859-15"}) {
    for (const char* charset : {"CP1251", "KOI8-R", "CP866", "ISO-8859-5"}) {
      for (const char* text :
           {sentence, "Добрый день", "Привет!", "ВНИМАНИЕ: оплатите до 5 октября", "Ответ на Ваш e-mail"}) {
        const Utf8Text read = to_utf8(in_charset(text, charset), label);
        EXPECT_EQ(read.text, text) << charset << " as " << label;
        EXPECT_TRUE(read.guessed) << charset << " as " << label;
      }
    }
  }
}

TEST(ToUtf8, RussianUnderTheLabelOfAnotherRussianCharsetIsReadByItsLetters) {
  for (const char* label : {"windows-1251", "koi8-r", "cp866", "iso-8859-5"}) {
    for (const char* charset : {"CP1251", "KOI8-R", "CP866", "ISO-8859-5"}) {
      EXPECT_EQ(to_utf8(in_charset(sentence, charset), label).text, sentence) << charset << " as " << label;
    }
  }
}

struct Genuine {
  const char* label;
  const char* charset;
  const char* text;
};

TEST(ToUtf8, TextThatIsWhatItsLabelSaysStays) {
  const Genuine samples[] = {
      {"iso-8859-1", "CP1252", "Schöne Grüße aus München, die Rechnung über 20 Äpfel fällt später an."},
      {"iso-8859-1", "CP1252", "ÄÖÜ äöü ß: Umlaute, die auf der Tastatur fehlen"},
      {"iso-8859-1", "CP1252", "À bientôt à l’hôtel « Été » où Noël a été fêté : 20 €"},
      {"windows-1252", "CP1252", "L’élève a été où ? Là-bas, à côté."},
      {"iso-8859-1", "CP1252", "Año nuevo, ¿qué tal? ¡Olé! Señor Muñoz, corazón"},
      {"iso-8859-1", "CP1252", "ÆØÅ æøå: blåbærsyltetøy på brødet"},
      {"iso-8859-1", "CP1252", "Hääyöaie, äiti, öljyä, yötä myöten"},
      {"iso-8859-1", "CP1252", "Töölö: õöäü ÕÖÄÜ, jäääär"},
      {"iso-8859-1", "CP1252", "ÄÄÄÄÄÄÄÄÄÄÄÄÄÄ ÍÍÍÍÍÍÍÍ ²±°"},
      {"iso-8859-1", "CP1252", "20 °C ± 2 °C, ½ ¼ ¾, © ® §§ 5–7"},
      {"iso-8859-2", "ISO-8859-2", "Zażółć gęślą jaźń; ślę fakturę, proszę o wpłatę do piątku."},
      {"windows-1250", "CP1250", "Żółw, łódź i źródło: Łukasz się śpieszył"},
      {"windows-1251", "CP1251", "ВНИМАНИЕ! ОПЛАТИТЕ СЧЁТ ДО ПЯТНИЦЫ"},
      {"windows-1251", "CP1251", "ООО «ФХЦ ЭЮЩ», ФГУП ЦНИИ, ЩЮЭФ"},
      {"koi8-r", "KOI8-R", "ООО ФХЦ ЭЮЩ, ФГУП ЦНИИ, Щукин Ю. Э., Цюрупа Ф. Ф."},
      {"iso-8859-5", "ISO-8859-5", "Кафр-эш-Шейх"},
      {"windows-1251", "CP1251", "Добрий день, надсилаю рахунок за жовтень; сплатіть його, будь ласка."},
      {"windows-1251", "CP1251", "„ERROR“: неправилен знак „%c“ — ПЪТ ДО ФАЙЛ"},
      {"windows-1251", "CP1251", "Упозорење: „rsrc“ нема „chks“ или „regs“"},
      {"x-mac-cyrillic", "MAC-CYRILLIC", "непредвиденный символ «,»"},
  };
  for (const Genuine& one : samples) {
    const Utf8Text read = to_utf8(in_charset(one.text, one.charset), one.label);
    EXPECT_EQ(read.text, one.text);
    EXPECT_FALSE(read.guessed) << one.text;
  }
}

TEST(ToUtf8, TextThatIsNearlyUtf8StaysUtf8) {
  const std::string cut(std::string_view(sentence).substr(0, 21));
  const Genuine samples[] = {
      {"utf-8",
       "Gr\xC3\xBC\xC3\x9F"
       "e \x93x\x94 \x96 \x92 \x85",
       "Grüße \uFFFDx\uFFFD \uFFFD \uFFFD \uFFFD"},
      {"utf-8", "Hi \xED\xA0\xBD\xED\xB8\x80!", "Hi \uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD!"},
      {"utf-8", "It\xE2\x80s 20 \xE2\x82", "It\uFFFDs 20 \uFFFD"},
      {"UTF8", "\xD0\x9F\xD1\x80\xD0 \xD0\xB8", "Пр\uFFFD и"},
      {"utf-8", "\xF0\x9F\x98 \xF0\x9F\x98\x80", "\uFFFD 😀"},
  };
  for (const Genuine& one : samples) {
    const Utf8Text read = to_utf8(one.charset, one.label);
    EXPECT_EQ(read.text, one.text);
    EXPECT_TRUE(read.lossy);
  }
  EXPECT_EQ(to_utf8("Fr\xF6sche", "utf-8").text, "Frösche");  // nothing of it is UTF-8
}

TEST(ToUtf8, CharsetsOfEastAsiaHaveTheCharactersOfTheirVendors) {
  const Genuine samples[] = {
      {"cp932", "\x87\x40\xED\x40\xB1", "①纊ｱ"},
      {"windows-31j", "\x81\x60", "～"},
      {"ms_kanji", "\x87\x8A", "㈱"},
      {"Shift_JIS", "\x5C\x7E", "\\~"},
      {"cp51932", "\xAD\xA1\xF9\xA1\x8E\xB1", "①纊ｱ"},
      {"euc-jp",
       "\xA1\xC1\x8F\xB0\xA1"
       "a",
       "～丂a"},
      {"euc-jp",
       "\xA4\xA2\xFF"
       "a",
       "あ\uFFFDa"},
      {"CP50221", "\x1B$B-!\x1B(I1\x1B(Ba", "①ｱa"},
      {"cp50222",
       "\x0E\x31\x0F"
       "a",
       "ｱa"},
      {"iso-2022-jp", "\x1B$B\x24\x22\nabc\x1B(J\\~", "あ\nabc¥‾"},
      {"CP949", "\x8C\x63", "똠"},
      {"ks_c_5601-1987", "\x8C\x63", "똠"},
      {"euc-kr", "\xB0\xA1\x8C\x63", "가똠"},
      {"gb2312", "\xE9\x46\x81\x30\x81\x30", "镕\xC2\x80"},
      {"gbk", "\xA3\xA0", "　"},
      {"hz-gb-2312", "a~{VPND~}~~b", "a中文~b"},
      {"iso-2022-kr",
       "\x1B$)C\x0E\x30\x21\x0F"
       "a",
       "가a"},
      {"big5", "\xA1\x45\xA4\xA4\xA1\xE3", "‧中～"},
      {"big5-hkscs", "\x87\x40\x88\x62", "䏰Ê̄"},
      {"windows-874", "\xA1\x80", "ก€"},
      {"tis-620", "\xA1\x80", "ก€"},
      {"iso-8859-9", "\xDD\xFD\x80", "İı€"},
      {"windows-1254", "\xD0\xFE", "Ğş"},
      {"iso-8859-8-i", "\xF9\xEC\xE5\xED", "שלום"},
      {"koi8-ru", "\xAE\xBE", "ўЎ"},
      {"x-mac-cyrillic", "\xA2\xFF", "Ґ€"},
      {"x-user-defined", "a\x80\xFF", "a\uF780\uF7FF"},
      {"windows-1255", "\xCA\xE0", "\u05BAא"},
      {"windows-1252", "\x81\x80", "\xC2\x81€"},
  };
  for (const Genuine& one : samples) EXPECT_EQ(to_utf8(one.charset, one.label).text, one.text) << one.label;
}

TEST(RawTextToUtf8, CharsetOfTheBodyIsThatOfItsHeaders) {
  const auto letter = [](const char* charset, const std::string& text) {
    return parse("From: " + text + " <a@x.ru>\r\nSubject: " + text +
                 "\r\nContent-Type: text/plain; charset=" + charset + "; name=\"" + text + "\"\r\n\r\n" + text);
  };
  for (const Genuine& one : {Genuine{"gb2312", "GB18030", "中文邮件"}, Genuine{"shift_jis", "CP932", "日本語"},
                             Genuine{"iso-8859-2", "ISO-8859-2", "Zażółć gęślą"}, Genuine{"big5", "BIG5", "中文"},
                             Genuine{"windows-1253", "CP1253", "Καλημέρα"}, Genuine{"koi8-r", "KOI8-R", "щ"}}) {
    const ParsedLetter read = letter(one.label, in_charset(one.text, one.charset));
    EXPECT_EQ(read.subject, one.text) << one.label;
    EXPECT_EQ(read.from.at(0).name, one.text) << one.label;
    EXPECT_EQ(read.parts.at(0).file_name, one.text) << one.label;
    EXPECT_EQ(read.headers.at(1).second, one.text) << one.label;
  }
  EXPECT_EQ(letter("utf-8", in_charset(sentence, "CP1251")).subject, sentence);
  EXPECT_EQ(letter("iso-8859-1", in_charset(sentence, "CP1251")).subject, sentence);
  EXPECT_EQ(letter("gb2312", "Fr\xF6 sche").subject, "Frö sche");  // does not fit
  EXPECT_EQ(letter("koi8-r", "Ж").subject, "Ж");
}

TEST(ToUtf8, LabelIsNeverAnInstructionForIconv) {
  EXPECT_EQ(to_utf8("abc\xFF", "utf-8//IGNORE").text.substr(0, 3), "abc");
  EXPECT_TRUE(to_utf8("\xC0", "ascii//TRANSLIT").guessed);
}

TEST(ToUtf8, CutMultibyteTextIsTold) {
  const Utf8Text text = to_utf8(std::string_view("Привет").substr(0, 11), "utf-8");
  EXPECT_TRUE(text.lossy);
  EXPECT_EQ(text.text, "Приве\xEF\xBF\xBD");
}

TEST(Parse, RawHeadersOfTheRussianPastAreRead) {
  for (const char* charset : {"CP1251", "KOI8-R", "UTF-8"}) {
    const std::string raw =
        in_charset("From: Иван Петров <ivan@example.com>\r\nSubject: Счёт за октябрь\r\n\r\n", charset);
    const ParsedLetter letter = parse(raw);
    EXPECT_EQ(letter.subject, "Счёт за октябрь") << charset;
    EXPECT_EQ(letter.from.at(0), (Mailbox{"Иван Петров", "ivan@example.com"})) << charset;
  }
}

}  // namespace
