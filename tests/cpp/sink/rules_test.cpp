#include "gatepost/sink/rules.hpp"

#include <gmock/gmock.h>

#include <limits>

namespace gatepost::sink {
namespace {

using codes::Phase;
using smtp::Verdict;
using testing::HasSubstr;
using namespace std::chrono_literals;

class Rules : public testing::Test {
 protected:
  void add(Rule rule) {
    auto checked = check_rule(std::move(rule));
    ASSERT_TRUE(checked) << checked.error().message();
    engine_.add(*checked);
  }
  std::optional<RuleEngine::Decision> rcpt(std::string_view to, std::string_view from = "ivan@mail.ru") {
    return engine_.decide({.phase = Phase::rcpt, .client = "127.0.0.1", .from = from, .to = to});
  }
  std::optional<RuleEngine::Decision> letter(std::string_view data) {
    return engine_.decide({.phase = Phase::final_,
                           .client = "127.0.0.1",
                           .from = "ivan@mail.ru",
                           .recipients = &recipients_,
                           .data = data,
                           .size = data.size()});
  }

  std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>();
  RuleEngine engine_{clock_, 7};
  std::vector<std::string> recipients_{"olga@example.com", "full@example.com"};
};

TEST_F(Rules, WithoutAMatchNothingIsDecided) {
  add({.phase = Phase::rcpt, .when = {.to = "full@*"}, .reply = "452 4.2.2 Mailbox full"});
  EXPECT_FALSE(rcpt("olga@example.com"));
  EXPECT_FALSE(letter("A: b\r\n\r\n"));
}

TEST_F(Rules, AMatchRefusesWithItsReply) {
  add({.phase = Phase::rcpt, .when = {.to = "full@*"}, .reply = "452 4.2.2 Mailbox full"});
  const auto decision = rcpt("FULL@example.com");
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->verdict.action, Verdict::Action::refuse);
  EXPECT_EQ(decision->verdict.reply, "452 4.2.2 Mailbox full");
}

TEST_F(Rules, TheFirstMatchWins) {
  add({.phase = Phase::rcpt, .when = {.to = "full@*"}, .reply = "452 4.2.2 Mailbox full"});
  add({.phase = Phase::rcpt, .reply = "550 5.1.1 No such user"});
  EXPECT_EQ(rcpt("full@x.ru")->verdict.reply, "452 4.2.2 Mailbox full");
  EXPECT_EQ(rcpt("other@x.ru")->verdict.reply, "550 5.1.1 No such user");
}

TEST_F(Rules, NthFiresOnThatMatchAlone) {
  add({.phase = Phase::rcpt, .when = {.to = "b@*"}, .counting = {.nth = 2}, .reply = "450 4.2.0 Not now"});
  EXPECT_FALSE(rcpt("b@x.ru"));
  EXPECT_FALSE(rcpt("other@x.ru"));  // no match, so not counted
  EXPECT_TRUE(rcpt("b@x.ru"));
  EXPECT_FALSE(rcpt("b@x.ru"));
}

TEST_F(Rules, TimesFiresOnTheFirstMatches) {
  add({.phase = Phase::rcpt, .counting = {.times = 2}, .reply = "450 4.2.0 Not now"});
  EXPECT_TRUE(rcpt("a@x.ru"));
  EXPECT_TRUE(rcpt("a@x.ru"));
  EXPECT_FALSE(rcpt("a@x.ru"));
}

TEST_F(Rules, OddsAreRepeatedByTheSeed) {
  const Rule rule{.phase = Phase::rcpt, .counting = {.odds = 0.5}, .reply = "450 4.2.0 Not now"};
  const auto fired = [&](std::uint64_t seed) {
    RuleEngine engine(clock_, seed);
    engine.add(rule);
    std::string pattern;
    for (int i = 0; i < 64; ++i) {
      pattern += engine.decide({Phase::rcpt, "c", "", "f", "t", nullptr, {}}) ? '1' : '0';
    }
    return pattern;
  };
  EXPECT_EQ(fired(1), fired(1));
  EXPECT_NE(fired(1), fired(2));
  EXPECT_THAT(fired(1), testing::AllOf(HasSubstr("0"), HasSubstr("1")));
}

TEST_F(Rules, GreylistingRefusesATripleUntilItIsOldEnough) {
  add({.phase = Phase::rcpt, .counting = {.greylist = 300s}});
  const auto first = rcpt("olga@example.com");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->verdict.action, Verdict::Action::refuse);
  EXPECT_THAT(first->verdict.reply, testing::StartsWith("451 4.7.1 "));
  clock_->advance(299s);
  EXPECT_TRUE(rcpt("olga@example.com"));
  EXPECT_TRUE(rcpt("olga@example.com", "another@mail.ru"));  // a triple of its own
  clock_->advance(1s);
  EXPECT_FALSE(rcpt("olga@example.com"));
  EXPECT_TRUE(rcpt("olga@example.com", "another@mail.ru"));
}

TEST_F(Rules, MissingHeadersAreNamed) {
  add({.phase = Phase::final_, .when = {.missing_headers = {"Message-Id", "Date", "Subject"}}, .discard = true});
  EXPECT_FALSE(letter("message-ID: <a@b>\r\nDate: x\r\nSubject: y\r\n\r\nDate: z\r\n"));
  const auto decision = letter("Subject: y\r\n\r\nDate: in the body\r\n");
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->verdict.action, Verdict::Action::discard);
  EXPECT_EQ(decision->why, "missing Message-Id, Date");
}

TEST_F(Rules, AtTheEndOfALetterAnyRecipientMatches) {
  add({.phase = Phase::final_, .when = {.to = "full@*"}, .reply = "552 5.2.2 Full"});
  EXPECT_TRUE(letter("A: b\r\n\r\n"));
  recipients_ = {"olga@example.com"};
  EXPECT_FALSE(letter("A: b\r\n\r\n"));
}

TEST_F(Rules, ARemovedRuleDecidesNoMore) {
  const auto id = engine_.add({.phase = Phase::rcpt, .reply = "550 5.1.1 No"});
  EXPECT_TRUE(rcpt("a@x.ru"));
  EXPECT_TRUE(engine_.remove(id));
  EXPECT_FALSE(engine_.remove(id));
  EXPECT_FALSE(rcpt("a@x.ru"));
}

struct BadRule {
  Rule rule;
  std::string field;
};
// Otherwise the test's name would be its parameter's bytes.
void PrintTo(const BadRule& bad, std::ostream* out) { *out << bad.field; }

class CheckRule : public testing::TestWithParam<BadRule> {};

TEST_P(CheckRule, NamesTheFieldThatIsWrong) {
  const auto checked = check_rule(GetParam().rule);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().where, GetParam().field);
}

INSTANTIATE_TEST_SUITE_P(
    Faults, CheckRule,
    testing::Values(BadRule{{.phase = Phase::dns}, "phase"}, BadRule{{.reply = "full"}, "reply"},
                    BadRule{{.reply = "452 4.2.2 Full\r\nQUIT"}, "reply"}, BadRule{{.reply = "452 a\n550 b"}, "reply"},
                    BadRule{{.reply = "199 too low"}, "reply"}, BadRule{{.reply = "452x"}, "reply"},
                    BadRule{{.reply = "452 a\n"}, "reply"}, BadRule{{.delay = -1ms}, "delay"},
                    BadRule{{.delay = 2h}, "delay"}, BadRule{{.counting = {.odds = 1.5}}, "odds"},
                    BadRule{{.counting = {.odds = std::numeric_limits<double>::quiet_NaN()}}, "odds"},
                    BadRule{{.phase = Phase::mail, .discard = true}, "discard"},
                    BadRule{{.reply = "550 No", .discard = true}, "discard"},
                    BadRule{{.phase = Phase::mail, .counting = {.greylist = 5s}}, "greylist"},
                    BadRule{{.counting = {.greylist = 5s}, .reply = "550 No"}, "reply"},
                    BadRule{{.counting = {.nth = 1, .times = 1}}, "times"},
                    BadRule{{.phase = Phase::rcpt, .when = {.missing_headers = {"Date"}}}, "missing_headers"},
                    BadRule{{.phase = Phase::final_, .when = {.missing_headers = {"Date:"}}}, "missing_headers[0]"}));

TEST(CheckRule, RepliesOfRealGatesAreGood) {
  for (const auto* reply : {"635 6.7.8 issue is blocked", "550 5.6.0 Message rejected: Missing required «From» header",
                            "421 Domain not verify", "250 2.1.5 Ok", "550 a\n550 b"}) {
    EXPECT_TRUE(check_rule({.reply = reply})) << reply;
  }
}

}  // namespace
}  // namespace gatepost::sink
