#include "gatepost/mime/merge/merge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <regex>

#include "gatepost/mime/parse/parse.hpp"

using namespace gatepost;
using namespace gatepost::mime;
using testing::HasSubstr;
using testing::Not;

namespace {

const TimePoint now{std::chrono::seconds(1'795'350'000)};
const std::string cyrillic = "Ваш заказ собран и ждёт вас до конца недели. ";

MergeProgram::Source simple() {
  MergeProgram::Source source;
  source.shared.from = {"Отдел", "news@example.org"};
  source.subject = {{"", ", заказ готов"}, {{0, false}}};
  source.text = {{"Здравствуйте, ", "!\n" + cyrillic + "\n"}, {{0, false}}};
  source.columns = 1;
  return source;
}

std::shared_ptr<const MergeProgram> program_of(MergeProgram::Source source) {
  auto program = MergeProgram::make(std::move(source));
  EXPECT_TRUE(program) << program.error().message();
  return program ? *program : nullptr;
}

std::string fault_of(MergeProgram::Source source) {
  const auto program = MergeProgram::make(std::move(source));
  return program ? "no error" : program.error().message();
}

/// A row whose values live as long as it does.
struct Row {
  std::vector<std::string> values;
  Mailbox to{"Анна", "anna@example.test"};
  std::string message_id = "1@example.org";
  std::string letter_id = "7";
  std::vector<std::shared_ptr<const Part>> attachments{};

  Result<std::string, InputError> rendered(const MergeProgram& program) const {
    const std::vector<std::string_view> views(values.begin(), values.end());
    return program.render({to.address, to.name, message_id, letter_id, views, attachments}, now);
  }
};

std::string rendered(const MergeProgram& program, const Row& row) {
  auto letter = row.rendered(program);
  EXPECT_TRUE(letter) << letter.error().message();
  return letter ? *letter : std::string();
}

std::string fault_of(const Row& row) {
  const auto letter = row.rendered(*program_of(simple()));
  return letter ? "no error" : letter.error().message();
}

std::string escaped(const std::string& value) {
  std::string out;
  for (const char c : value) {
    const std::map<char, std::string> marks{
        {'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'\'', "&#39;"}, {'"', "&#34;"}};
    const auto mark = marks.find(c);
    out += mark == marks.end() ? std::string(1, c) : mark->second;
  }
  return out;
}

std::string text_of(const MergeText& text, const Row& row) {
  std::string out = text.literals[0];
  for (std::size_t i = 0; i < text.slots.size(); ++i) {
    const auto& value = row.values[text.slots[i].column];
    out += (text.slots[i].escape ? escaped(value) : value) + text.literals[i + 1];
  }
  return out;
}

std::optional<std::string> text_of(const std::optional<MergeText>& text, const Row& row) {
  return text ? std::optional(text_of(*text, row)) : std::nullopt;
}

/// What compose() makes of the row's texts.
std::string composed(const MergeProgram::Source& source, const Row& row) {
  LetterContent content = source.shared;
  content.to = {row.to};
  content.subject = text_of(source.subject, row);
  content.text = text_of(source.text, row);
  content.html = text_of(source.html, row);
  content.list_unsubscribe = text_of(source.list_unsubscribe, row).value_or("");
  content.message_id = row.message_id;
  content.letter_id = row.letter_id;
  content.date = now;
  content.attachments.insert(content.attachments.end(), row.attachments.begin(), row.attachments.end());
  auto letter = compose(content);
  EXPECT_TRUE(letter) << letter.error().message();
  return letter ? *letter : std::string();
}

/// With the same boundaries in all letters.
std::string without_token(const std::string& letter) {
  return std::regex_replace(letter, std::regex("=_[a-z2-7]{26}"), "=_token");
}

std::vector<std::string> transfer_encodings(const std::string& letter) {
  std::vector<std::string> found;
  constexpr std::string_view name = "\r\nContent-Transfer-Encoding: ";
  for (auto at = letter.find(name); at != std::string::npos; at = letter.find(name, at + 1)) {
    const auto begin = at + name.size();
    found.push_back(letter.substr(begin, letter.find("\r\n", begin) - begin));
  }
  return found;
}

/// Equal parts in any case; the very same bytes where both chose the same encodings.
void expect_same_letter(const std::string& merged, const std::string& reference) {
  if (transfer_encodings(merged) == transfer_encodings(reference)) {
    EXPECT_EQ(without_token(merged), without_token(reference));
  }
  const auto one = parse(merged);
  const auto other = parse(reference);
  EXPECT_EQ(one.warnings, other.warnings);
  EXPECT_EQ(one.subject, other.subject);
  ASSERT_EQ(one.parts.size(), other.parts.size());
  for (std::size_t i = 0; i < one.parts.size(); ++i) {
    EXPECT_EQ(one.parts[i].type, other.parts[i].type);
    EXPECT_EQ(one.parts[i].content, other.parts[i].content) << "part " << i;
  }
}

/// The bodies of base64 parts have lines of 76 but for the last, and padding at the end alone.
void expect_good_lines(const std::string& letter) {
  bool base64 = false;
  bool body = false;
  bool ended = false;
  std::size_t begin = 0;
  for (auto end = letter.find("\r\n"); end != std::string::npos; end = letter.find("\r\n", begin)) {
    const auto line = letter.substr(begin, end - begin);
    begin = end + 2;
    ASSERT_LE(line.size(), 998U);
    if (line.starts_with("--=_")) base64 = body = ended = false;
    if (line == "Content-Transfer-Encoding: base64") base64 = true;
    if (line.empty() && base64 && !body) {
      body = true;
      continue;
    }
    if (!body || line.starts_with("--=_")) continue;
    EXPECT_FALSE(ended) << "a line behind a short one: " << line;
    EXPECT_LE(line.size(), 76U);
    ended = line.size() < 76 || line.ends_with('=');
    EXPECT_EQ(line.find('=') != std::string::npos && line.find('=') < line.size() - 2, false) << line;
  }
  EXPECT_EQ(begin, letter.size()) << "the last line has no end";
}

/// Texts of all kinds that a list may hold.
class Chance {
 public:
  explicit Chance(unsigned seed) : engine_(seed) {}

  std::size_t below(std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(engine_); }

  std::string text(bool carriage_returns) {
    static const std::vector<std::string> pieces{"Анна",
                                                 "Привет, мир! ",
                                                 "word ",
                                                 "x",
                                                 "😀",
                                                 "<b>&\"'</b>",
                                                 "\n",
                                                 "\n\n",
                                                 ".",
                                                 "=",
                                                 " ",
                                                 "\t",
                                                 "漢字",
                                                 "=_",
                                                 "a line of ascii words that goes on for a while, ",
                                                 cyrillic,
                                                 "é"};
    std::string out;
    for (auto left = below(6); left > 0; --left) out += pieces[below(pieces.size())];
    if (below(12) == 0) {
      for (auto left = below(60); left > 0; --left) out += cyrillic;
    }
    if (below(25) == 0) out += std::string(below(3000), 'w');
    if (carriage_returns && below(6) == 0) out.insert(below(2) == 0 ? 0 : out.size(), below(2) == 0 ? "\r" : "\r\n");
    return out;
  }

  std::string line() {
    std::string out = text(false);
    std::erase(out, '\n');
    return out;
  }

  MergeText merge_text(std::size_t columns, bool lines) {
    MergeText made{{lines ? line() : text(true)}, {}};
    if (columns == 0) return made;
    for (auto left = below(5); left > 0; --left) {
      made.slots.push_back({below(columns), below(2) == 0});
      made.literals.push_back(lines ? line() : text(true));
    }
    return made;
  }

 private:
  std::mt19937 engine_;
};

std::shared_ptr<const Part> part(std::string name, std::string content_id = "") {
  return *Part::make({"some bytes", std::move(name), "text/plain", std::move(content_id)});
}

}  // namespace

TEST(Merge, LettersOfAnyTemplateAndRowAreThoseThatComposeMakes) {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    SCOPED_TRACE(seed);
    Chance chance(seed);
    MergeProgram::Source source;
    source.shared.from = {"Отдел", "news@example.org"};
    if (chance.below(3) == 0) source.shared.headers = {{"X-Note", "да"}};
    if (chance.below(3) == 0) source.shared.campaign_id = "c-1";
    if (chance.below(4) == 0) source.shared.references = {"0@example.org", "1@example.org"};
    if (chance.below(4) == 0) source.shared.cc = {{"", "copy@example.org"}};
    if (chance.below(4) == 0) source.shared.inline_parts = {part("", "logo")};
    if (chance.below(4) == 0) source.shared.attachments = {part("список.txt")};
    source.columns = chance.below(4);
    source.subject = chance.merge_text(source.columns, true);
    if (chance.below(5) > 0) source.text = chance.merge_text(source.columns, false);
    if (chance.below(5) > 0) source.html = chance.merge_text(source.columns, false);
    if (chance.below(3) == 0) source.list_unsubscribe = MergeText{{"https://example.org/u"}, {}};
    const auto program = program_of(source);
    ASSERT_TRUE(program);
    for (int i = 0; i < 3; ++i) {
      Row row;
      row.to.name = chance.line();
      std::erase(row.to.name, '\t');
      for (std::size_t column = 0; column < source.columns; ++column) {
        row.values.push_back(column == 0 ? chance.line() : chance.text(true));
      }
      for (auto& slot : source.subject.slots) EXPECT_LT(slot.column, source.columns);
      if (chance.below(4) == 0) row.attachments = {part("ваш.txt"), part("b.txt")};
      auto letter = row.rendered(*program);
      if (!letter) {  // a line break that came into the subject, of which compose() says the same
        EXPECT_EQ(letter.error().where, "subject");
        EXPECT_NE(text_of(source.subject, row).find_first_of("\r\n"), std::string::npos);
        continue;
      }
      expect_same_letter(*letter, composed(source, row));
      expect_good_lines(*letter);
    }
    if (testing::Test::HasFailure()) return;
  }
}

TEST(Merge, ValuesOfEveryLengthMeetLiteralsAtEveryAlignment) {
  MergeProgram::Source source = simple();
  source.text = {{"", "", "я", "яя" + cyrillic, cyrillic + cyrillic + cyrillic},
                 {{0, false}, {1, true}, {0, true}, {1, false}}};
  source.subject = {{"x"}, {}};
  source.columns = 2;
  const auto program = program_of(source);
  for (std::size_t one = 0; one < 9; ++one) {
    for (std::size_t two = 0; two < 120; ++two) {
      const Row row{{std::string(one, '<'), std::string(two, 'b')}, {}, "1@example.org", "", {}};
      Row named = row;
      named.to = {"", "anna@example.test"};
      const auto letter = rendered(*program, named);
      expect_same_letter(letter, composed(source, named));
      expect_good_lines(letter);
    }
  }
}

TEST(Merge, LineEndsThatAValueAndALiteralMakeTogetherAreOne) {
  auto source = simple();
  source.text = {{cyrillic, "\n" + cyrillic}, {{0, false}}};
  const Row row{{"a\r"}, {"", "a@example.test"}, "1@example.org", "", {}};
  EXPECT_EQ(parse(rendered(*program_of(source), {{"a"}, row.to, row.message_id, "", {}})).text,
            cyrillic + "a\n" + cyrillic);
  source.subject = {{"x"}, {}};
  const auto letter = rendered(*program_of(source), row);
  EXPECT_EQ(parse(letter).text, cyrillic + "a\n" + cyrillic);
  source.text = {{cyrillic + "\r", "\n" + cyrillic}, {{0, false}}};
  EXPECT_EQ(parse(rendered(*program_of(source), {{""}, row.to, row.message_id, "", {}})).text,
            cyrillic + "\n" + cyrillic);
}

TEST(Merge, ALetterWithoutSlotsInItsBodyHasTheSameBodyAlways) {
  auto source = simple();
  source.text = {{cyrillic}, {}};
  source.html = {{"<p>" + cyrillic + "</p>"}, {}};
  const auto program = program_of(source);
  EXPECT_TRUE(program->same_body());
  const auto body = [](const std::string& letter) { return letter.substr(letter.find("\r\n\r\n")); };
  const Row anna{{"Анна"}};
  const Row boris{{"Борис"}};
  EXPECT_EQ(body(rendered(*program, anna)), body(rendered(*program, boris)));
  EXPECT_NE(rendered(*program, anna), rendered(*program, boris));
  EXPECT_FALSE(program_of(simple())->same_body());
}

TEST(Merge, AnUnsubscribeLinkOfEachRowIsWrittenAndChecked) {
  auto source = simple();
  source.list_unsubscribe = {{"https://example.org/u?", ""}, {{0, false}}};
  source.subject = {{"x"}, {}};
  const auto program = program_of(source);
  const Row row{{"who=1"}};
  EXPECT_THAT(rendered(*program, row), HasSubstr("List-Unsubscribe: <https://example.org/u?who=1>\r\n"
                                                 "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
  const Row bad{{"who=1>\r\nBcc: x"}};
  EXPECT_EQ(bad.rendered(*program).error().where, "list_unsubscribe");
  source.list_unsubscribe = {{"", ""}, {{0, false}}};
  const Row none{{""}};
  EXPECT_THAT(rendered(*program_of(source), none), Not(HasSubstr("List-Unsubscribe")));
}

TEST(Merge, AValueThatShowsTheBoundaryOfAnEarlierLetterDoesNotEndAPart) {
  MergeProgram::Source source;
  source.shared.from = {"", "news@example.org"};
  source.subject = {{"x"}, {}};
  source.text = {{"Dear ", "\n"}, {{0, false}}};
  source.html = {{"<p>"}, {}};
  source.columns = 1;
  const auto program = program_of(source);
  const auto first = rendered(*program, {{"Anna"}});
  const auto at = first.find("--=_");
  const auto boundary = first.substr(at, first.find("\r\n", at) - at);
  const auto second = parse(rendered(*program, {{"\n" + boundary + "\nContent-Type: text/html\n\nevil"}}));
  EXPECT_EQ(second.parts.size(), 2U);
  EXPECT_EQ(second.text, "Dear \n" + boundary + "\nContent-Type: text/html\n\nevil\n");
  EXPECT_EQ(second.html, "<p>");
}

TEST(Merge, WhatTheGateRefusesOfARowIsNamed) {
  EXPECT_THAT(fault_of(Row{{"a\nb"}}), HasSubstr("subject: byte 1 is a line feed"));
  EXPECT_THAT(fault_of(Row{{"\xFF"}}), HasSubstr("values[0]: byte 0 (0xFF) is not UTF-8"));
  EXPECT_THAT(fault_of(Row{{}}), HasSubstr("values: has 0 columns, 1 are needed"));
  EXPECT_THAT(fault_of(Row{{"x"}, {"a\rb", "a@b.c"}}), HasSubstr("to.name"));
  EXPECT_THAT(fault_of(Row{{"x"}, {"", "a@b.c>,<d@e.f"}}), HasSubstr("to: "));
  EXPECT_THAT(fault_of(Row{{"x"}, {"", ""}}), HasSubstr("to: "));
  EXPECT_THAT(fault_of(Row{{"x"}, {"", "a@b.c"}, "1@x\r\nBcc: y"}), HasSubstr("message_id"));
  EXPECT_THAT(fault_of(Row{{"x"}, {"", "a@b.c"}, "", "7;"}), HasSubstr("letter_id"));
}

TEST(Merge, AProgramThatNoLetterCouldBeMadeOfIsRefused) {
  auto source = simple();
  source.text->slots[0].column = 1;
  EXPECT_EQ(fault_of(source), "text: has a slot of column 1, there are 1 columns");
  source = simple();
  source.text->literals.pop_back();
  EXPECT_EQ(fault_of(source), "text: has 1 literals for 1 slots; one more is needed");
  source = simple();
  source.subject.literals[1] = "a\nb";
  EXPECT_THAT(fault_of(source), HasSubstr("subject: byte 1 is a line feed"));
  source = simple();
  source.html = {{"\xD0", "\xB0"}, {{0, false}}};
  EXPECT_THAT(fault_of(source), HasSubstr("html: byte 0"));
  source = simple();
  source.shared.headers = {{"List-Unsubscribe", "<https://a.b>"}};
  EXPECT_EQ(fault_of(source), "no error");
  source.list_unsubscribe = {{"", ""}, {{0, false}}};
  EXPECT_THAT(fault_of(source), HasSubstr("list_unsubscribe"));
}

TEST(Merge, AMessageIdIsMadeWhereTheRowHasNone) {
  const auto program = program_of(simple());
  Row row{{"Анна"}};
  row.message_id.clear();
  EXPECT_THAT(parse(rendered(*program, row)).message_id, testing::EndsWith("@example.org"));
  EXPECT_NE(rendered(*program, row), rendered(*program, row));
}
