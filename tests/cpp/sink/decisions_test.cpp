// A sink whose letters are decided on by somebody else, and LMTP, where each recipient has a fate of its own.
#include <gmock/gmock.h>

#include "../net/owner.hpp"
#include "../net/raw_client.hpp"
#include "gatepost/sink/sink.hpp"

namespace gatepost::sink {
namespace {

using codes::Phase;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using namespace std::chrono_literals;

std::unique_ptr<Sink> start(SinkOptions options) {
  auto sink = Sink::start(std::move(options));
  if (!sink) throw std::runtime_error(sink.error().message);
  return *std::move(sink);
}

SinkOptions deciding() {
  SinkOptions options;
  options.decide_letters = true;
  return options;
}

/// A client whose letter waits for its verdict.
class WaitingClient {
 public:
  explicit WaitingClient(Sink& sink) : client(sink.port()) {
    client.begin_letter();
    client.say("Subject: one\r\n\r\nHello\r\n.\r\n");
    const auto shown = sink.undecided(20s, {});
    if (!shown.empty()) letter = shown.back();
  }
  net::RawClient client;
  LetterPtr letter;
};

TEST(Decisions, AnAcceptedLetterComesIntoTheInboxWithAnIdOfItsOwn) {
  const auto sink = start(deciding());
  WaitingClient first(*sink);
  WaitingClient second(*sink);
  EXPECT_TRUE(sink->inbox().select({}).empty());
  ASSERT_TRUE(sink->decide_letters({{second.letter->id, ""}}));
  EXPECT_THAT(second.client.line(), StartsWith("250 2.0.0 Ok: queued as "));
  ASSERT_TRUE(sink->decide_letters({{first.letter->id, "250 2.6.0 Mine"}}));
  EXPECT_EQ(first.client.line(), "250 2.6.0 Mine\r\n");
  const auto kept = sink->inbox().select({});
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[0], second.letter);
  EXPECT_EQ(kept[0]->id, 1U);
  EXPECT_EQ(kept[1]->id, 2U);
  EXPECT_EQ(sink->sessions().at(0).letters, 1U);
}

TEST(Decisions, ARefusedLetterIsGone) {
  const auto sink = start(deciding());
  WaitingClient waiting(*sink);
  ASSERT_TRUE(sink->decide_letters({{waiting.letter->id, "550 5.7.1 No"}}));
  EXPECT_EQ(waiting.client.line(), "550 5.7.1 No\r\n");
  EXPECT_EQ(sink->inbox().received(), 0U);
  EXPECT_EQ(sink->sessions().at(0).letters, 0U);
}

TEST(Decisions, ADiscardedLetterIsAcceptedAndSaysWhy) {
  const auto sink = start(deciding());
  WaitingClient waiting(*sink);
  ASSERT_TRUE(sink->decide_letters({{waiting.letter->id, "discard"}}));
  EXPECT_THAT(waiting.client.line(), StartsWith("250"));
  EXPECT_EQ(sink->inbox().discarded().at(0)->discarded, "on_letter");
}

TEST(Decisions, AReplyThatIsNoneIsNamedAndNothingIsDecided) {
  const auto sink = start(deciding());
  WaitingClient waiting(*sink);
  for (const std::string bad : {"no", "250 ok\r\n550 injected", "354 go on", "99 x"}) {
    const auto decided = sink->decide_letters({{waiting.letter->id, ""}, {waiting.letter->id, bad}});
    ASSERT_FALSE(decided) << bad;
    EXPECT_EQ(decided.error().where, "replies[1]");
  }
  EXPECT_EQ(sink->inbox().received(), 0U);
  ASSERT_TRUE(sink->decide_letters({{waiting.letter->id, ""}}));
  EXPECT_THAT(waiting.client.line(), StartsWith("250"));
}

TEST(Decisions, ALetterIsDecidedOnceAndStrangersArePassedOver) {
  const auto sink = start(deciding());
  WaitingClient waiting(*sink);
  const auto id = waiting.letter->id;
  ASSERT_TRUE(sink->decide_letters({{99, ""}, {id, "450 4.2.0 Later"}, {id, ""}}));
  EXPECT_THAT(waiting.client.line(), StartsWith("450"));
  ASSERT_TRUE(sink->decide_letters({{id, ""}}));
  EXPECT_EQ(sink->inbox().received(), 0U);
}

TEST(Decisions, RulesDecideFirstAndTheirReplyAndDelayStay) {
  auto options = deciding();
  options.rules.push_back(
      {.phase = Phase::final_, .when = {.from = "a@*"}, .reply = "250 2.0.0 By rule", .delay = 1ms});
  const auto sink = start(std::move(options));
  WaitingClient waiting(*sink);
  ASSERT_TRUE(sink->decide_letters({{waiting.letter->id, ""}}));
  EXPECT_EQ(waiting.client.line(), "250 2.0.0 By rule\r\n");
  sink->rules().clear();
  sink->rules().add({.phase = Phase::final_, .reply = "550 5.7.1 By rule"});
  net::RawClient refused(sink->port());
  refused.begin_letter();
  EXPECT_THAT(refused.ask("x\r\n."), StartsWith("550"));
  EXPECT_TRUE(sink->undecided(0ms, {}).empty());
}

TEST(Decisions, CloseEndsTheWaitAndDropsWhoWaits) {
  const auto sink = start(deciding());
  WaitingClient waiting(*sink);
  sink->close();
  EXPECT_TRUE(sink->undecided(1h, {}).empty());
  EXPECT_TRUE(sink->decide_letters({{waiting.letter->id, ""}}));
  EXPECT_EQ(sink->inbox().received(), 0U);
  EXPECT_THAT(waiting.client.rest(), testing::Not(HasSubstr("250")));
}

class Lmtp : public testing::Test {
 protected:
  /// Delivers to these and returns the replies behind the letter.
  static std::vector<std::string> deliver(Sink& sink, const std::vector<std::string>& to,
                                          const std::vector<LetterDecision>& decisions = {}) {
    net::RawClient client(sink.port());
    client.line();
    client.ask("LHLO me");
    client.ask("MAIL FROM:<a@example.org>");
    for (const auto& address : to) client.ask("RCPT TO:<" + address + ">");
    client.ask("DATA");
    client.say("Subject: one\r\n\r\nHello\r\n.\r\n");
    if (!decisions.empty()) {
      EXPECT_EQ(sink.undecided(20s, {}).size(), 1U);
      EXPECT_TRUE(sink.decide_letters(decisions));
    }
    std::vector<std::string> codes;
    for (std::size_t i = 0; i < to.size(); ++i) codes.push_back(client.line().substr(0, 9));
    return codes;
  }
  static SinkOptions with_rules(bool decide = false) {
    SinkOptions options;
    options.listen.session.lmtp = true;
    options.decide_letters = decide;
    options.rules.push_back({.phase = Phase::final_, .when = {.to = "full@*"}, .reply = "452 4.2.2 Full"});
    options.rules.push_back({.phase = Phase::final_, .when = {.to = "hole@*"}, .discard = true});
    options.rules.push_back({.phase = Phase::rcpt, .when = {.to = "gone@*"}, .discard = true});
    return options;
  }
};

TEST_F(Lmtp, EachRecipientHasTheFateOfItsRule) {
  const auto sink = start(with_rules());
  EXPECT_THAT(deliver(*sink, {"full@b.ru", "olga@b.ru", "gone@b.ru", "hole@b.ru", "petr@b.ru"}),
              ElementsAre("452 4.2.2", "250 2.0.0", "250 2.0.0", "250 2.0.0", "250 2.0.0"));
  ASSERT_EQ(sink->inbox().select({}).size(), 1U);
  EXPECT_THAT(sink->inbox().select({})[0]->envelope.rcpt_to, ElementsAre("olga@b.ru", "petr@b.ru"));
  ASSERT_EQ(sink->inbox().discarded().size(), 1U);
  EXPECT_THAT(sink->inbox().discarded()[0]->envelope.rcpt_to, ElementsAre("gone@b.ru", "hole@b.ru"));
}

TEST_F(Lmtp, ALetterThatEverybodyRefusesIsNotKept) {
  const auto sink = start(with_rules());
  EXPECT_THAT(deliver(*sink, {"full@b.ru", "full@c.ru"}), ElementsAre("452 4.2.2", "452 4.2.2"));
  EXPECT_EQ(sink->inbox().received(), 0U);
}

TEST_F(Lmtp, ADecisionIsForThoseWhomNoRuleRefused) {
  const auto sink = start(with_rules(true));
  EXPECT_THAT(deliver(*sink, {"olga@b.ru", "full@b.ru", "petr@b.ru"}, {{1, "550 5.7.1 No"}}),
              ElementsAre("550 5.7.1", "452 4.2.2", "550 5.7.1"));
  EXPECT_EQ(sink->inbox().received(), 0U);
  EXPECT_THAT(deliver(*sink, {"olga@b.ru", "full@b.ru"}, {{2, ""}}), ElementsAre("250 2.0.0", "452 4.2.2"));
  EXPECT_THAT(sink->inbox().select({}).at(0)->envelope.rcpt_to, ElementsAre("olga@b.ru"));
}

TEST(SinkOptions, WhatIsWrongIsNamed) {
  const auto refusal = [](auto change) {
    SinkOptions options;
    change(options);
    const auto sink = Sink::start(std::move(options));
    return sink ? "started" : sink.error().message;
  };
  EXPECT_THAT(refusal([](auto& o) { o.allow = {"here"}; }), StartsWith("allow: \"here\""));
  EXPECT_THAT(refusal([](auto& o) { o.no_auth_from = {"1.2.3.4/40"}; }), StartsWith("no_auth_from: \"1.2.3.4/40\""));
  EXPECT_THAT(refusal([](auto& o) { o.etrn_replies["a.ru"] = "250 x\r\n"; }), StartsWith("etrn_replies[a.ru]"));
}

TEST(SinkAccess, AnAddressThatIsNotAllowedIsToldSoAndRemembered) {
  SinkOptions options;
  options.allow = {"127.0.0.2"};
  const auto sink = start(std::move(options));
  net::RawClient stranger(sink->port());
  EXPECT_THAT(stranger.rest(), StartsWith("554 5.7.1"));
  net::RawClient known(sink->port(), "127.0.0.2");
  EXPECT_THAT(known.line(), StartsWith("220"));
  EXPECT_EQ(sink->sessions().at(0).peer.address, "127.0.0.1");
}

TEST(SinkAccess, AKnownAddressNeedsNoLogin) {
  SinkOptions options;
  options.users = {{"ivan", "secret"}};
  options.listen.session.require_auth = true;
  options.no_auth_from = {"127.0.0.2"};
  const auto sink = start(std::move(options));
  for (const auto& [from, code] : {std::pair("127.0.0.1", "530"), std::pair("127.0.0.2", "250")}) {
    net::RawClient client(sink->port(), from);
    client.line();
    client.ask("EHLO me");
    EXPECT_THAT(client.ask("MAIL FROM:<a@example.org>"), StartsWith(code));
  }
}

TEST(SinkSessions, TellTheirWarningsWhileTheyAreOpenAndAfterwards) {
  const auto sink = start({});
  net::RawClient client(sink->port());
  client.line();
  client.ask("EHLO me");
  EXPECT_THAT(client.ask("MAIL FROM:a@example.org"), StartsWith("501"));
  EXPECT_THAT(sink->sessions().at(0).warnings, ElementsAre("MAIL without angle brackets"));
  sink->close();
  EXPECT_THAT(sink->sessions().at(0).warnings, ElementsAre("MAIL without angle brackets"));
}

}  // namespace
}  // namespace gatepost::sink
