#include "client_operation.hpp"
#include "client_script.hpp"
#include "gatepost/smtp/client/questions.hpp"

namespace gatepost::smtp {
namespace {

using codes::Category;
using codes::Phase;
using Verb = Question::Verb;

class ClientQuestions : public ClientTest {
 protected:
  static codes::Reply only_answer(ClientScript& script) {
    auto all = script.session.take_answers();
    EXPECT_EQ(all.size(), 1u);
    return all.empty() ? codes::Reply{} : all.front();
  }
  void expect_refused(const Question& question) {
    auto script = ready({"PIPELINING"});
    script.session.ask(question);
    script.expect("");
    const auto answer = only_answer(script);
    EXPECT_EQ(answer.code, 0);
    EXPECT_FALSE(answer.text().empty());
    EXPECT_EQ(script.session.need(), Need::letter);
  }
};
INSTANTIATE_TEST_SUITE_P(, ClientQuestions, testing::Bool(), portions);

TEST_P(ClientQuestions, EachIsWrittenAndItsReplyHandedOut) {
  const std::pair<Question, std::string> all[] = {
      {{Verb::noop, ""}, "NOOP\r\n"},
      {{Verb::vrfy, "ivan"}, "VRFY ivan\r\n"},
      {{Verb::expn, "staff"}, "EXPN staff\r\n"},
      {{Verb::help, ""}, "HELP\r\n"},
      {{Verb::help, "MAIL"}, "HELP MAIL\r\n"},
      {{Verb::etrn, "@example.org"}, "ETRN @example.org\r\n"},
  };
  auto script = ready({"PIPELINING"});
  for (const auto& [question, line] : all) {
    script.session.ask(question);
    script.expect(line);
    EXPECT_EQ(script.session.need(), Need::read);
    script.say("250-2.0.0 first\r\n250 2.0.0 second\r\n");
    const auto answer = only_answer(script);
    EXPECT_EQ(answer.code, 250);
    EXPECT_EQ(answer.text(), "first second");
    EXPECT_EQ(script.session.need(), Need::letter);
  }
}

TEST_P(ClientQuestions, RefusalIsAnAnswerToo) {
  auto script = ready({});
  script.session.ask({Verb::vrfy, "x"});
  script.written();
  script.say("502 5.5.1 no\r\n");
  EXPECT_EQ(only_answer(script).code, 502);
  EXPECT_EQ(script.session.need(), Need::letter);
}

TEST_P(ClientQuestions, LettersAndQuitWaitForTheAnswer) {
  auto script = ready({"PIPELINING"});
  script.session.ask({Verb::noop, ""});
  script.written();
  EXPECT_FALSE(script.session.wants_letter());
  script.session.quit();
  script.expect("");
  script.say("250 ok\r\n");
  script.expect("QUIT\r\n");
}

TEST_P(ClientQuestions, AskedWhileBusyOrOverIsAnsweredByOurselves) {
  auto script = ready({"PIPELINING"});
  script.session.submit(letter(1, {"a@b.ru"}));
  script.session.ask({Verb::noop, ""});
  EXPECT_EQ(only_answer(script).code, 0);
  script.expect("MAIL FROM:<from@a.ru>\r\nRCPT TO:<a@b.ru>\r\n");
  script.say("421 bye\r\n");
  script.session.ask({Verb::noop, ""});
  EXPECT_EQ(only_answer(script).code, 0);
}

TEST_P(ClientQuestions, ArgumentThatCannotBeSentIsAnsweredAtOnce) {
  for (const auto& bad : {std::string("a\r\nRSET"), std::string("a\nb"), std::string("a\0b", 3), std::string("\xff"),
                          std::string(600, 'x'), std::string("иван")}) {
    for (const auto verb : {Verb::noop, Verb::vrfy, Verb::expn, Verb::help, Verb::etrn}) expect_refused({verb, bad});
  }
  for (const auto verb : {Verb::vrfy, Verb::expn, Verb::etrn}) expect_refused({verb, ""});
}

TEST_P(ClientQuestions, NonAsciiNameIsAskedForWhereTheServerTakesIt) {
  auto script = ready({"SMTPUTF8"});
  script.session.ask({Verb::vrfy, "иван"});
  script.expect("VRFY иван SMTPUTF8\r\n");
}

TEST_P(ClientQuestions, EndOfTheSessionIsAnAnswer) {
  auto lost = ready({});
  lost.session.ask({Verb::noop, ""});
  lost.written();
  lost.session.fail(codes::local_failure(Category::connection_lost, Phase::local, "gone"));
  EXPECT_EQ(only_answer(lost).text(), "gone");

  auto busy = ready({});
  busy.session.ask({Verb::noop, ""});
  busy.written();
  busy.say("421 4.3.2 bye\r\n");
  EXPECT_EQ(only_answer(busy).code, 421);
  EXPECT_EQ(busy.session.need(), Need::closed);

  auto garbage = ready({});
  garbage.session.ask({Verb::help, ""});
  garbage.written();
  garbage.say("what?\r\n");
  EXPECT_EQ(only_answer(garbage).code, 0);
  EXPECT_EQ(garbage.session.need(), Need::closed);

  auto more = ready({});
  more.session.ask({Verb::help, ""});
  more.written();
  more.say("354 go\r\n");
  EXPECT_EQ(only_answer(more).code, 354);
  EXPECT_EQ(more.session.need(), Need::closed);
}

// The operation alone.

TEST(Questions, EachGetsOneAnswerWhateverComes) {
  OperationScript script;
  Questions questions(script.context);
  questions.ask({Verb::vrfy, "ivan"});
  EXPECT_TRUE(questions.asking());
  EXPECT_EQ(script.written(), "VRFY ivan\r\n");
  expect_step(script.say("252 2.5.0 perhaps"), Progress::done);
  EXPECT_FALSE(questions.asking());
  questions.ask({Verb::noop, ""});
  script.written();
  script.shut_down("421 4.3.2 bye");
  questions.ask({Verb::noop, ""});
  const auto gone = codes::local_failure(Category::connection_lost, Phase::mail, "gone");
  questions.abandon(gone);
  questions.abandon(gone);
  const auto answers = questions.take_answers();
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[0].code, 252);
  EXPECT_EQ(answers[1].code, 421);
  EXPECT_EQ(answers[2].text(), "gone");
}

}  // namespace
}  // namespace gatepost::smtp
