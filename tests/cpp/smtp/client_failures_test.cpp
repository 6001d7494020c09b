#include <optional>

#include "client_script.hpp"

namespace gatepost::smtp {
namespace {

using codes::Category;
using codes::Phase;

// The server's part of a whole session, as the groups of replies it sends. Between two groups the client writes all it
// has and hands in letters as long as the session wants some.
struct Scenario {
  std::string name;
  ClientOptions options;
  std::vector<std::string> replies;  // "" is the TLS handshake
  std::size_t letters = 0;
};

ClientOptions full_options() {
  auto options = plain_options();
  options.security = Security::starttls;
  options.identity.login = "ivan";
  options.identity.password = "secret-word";
  return options;
}

std::vector<Scenario> scenarios() {
  const std::string ehlo = ClientScript::ehlo_reply({"STARTTLS", "PIPELINING", "SIZE 5000", "AUTH PLAIN LOGIN"});
  std::vector<std::string> shake = {"220 mx\r\n", ehlo, "220 go\r\n", "", ehlo, "235 ok\r\n"};
  const auto with = [&](std::vector<std::string> more) {
    auto all = shake;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  auto one = full_options();
  one.one_round_trip = true;
  return {
      {"Pipelined", full_options(),
       with({"250 ok\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 done\r\n", "250 ok\r\n250 ok\r\n550 no\r\n",
             "354 go\r\n", "250 done\r\n", "221 bye\r\n"}),
       2},
      {"OneRoundTrip", one,
       with({"250 ok\r\n250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 done\r\n", "250 ok\r\n", "550 no\r\n",
             "550 no\r\n", "354 go\r\n", "554 none\r\n", "250 reset\r\n250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n",
             "250 done\r\n", "221 bye\r\n"}),
       3},
      {"OneByOne",
       plain_options(),
       {"220 mx\r\n", "500 no\r\n", "250 mx\r\n", "250 ok\r\n", "250 ok\r\n", "550 no\r\n", "354 go\r\n",
        "250 done\r\n", "221 bye\r\n"},
       1},
  };
}

enum class Fault { lost, says_421, says_451, says_550, says_250, says_354, garbage, endless };
constexpr Fault all_faults[] = {Fault::lost,     Fault::says_421, Fault::says_451, Fault::says_550,
                                Fault::says_250, Fault::says_354, Fault::garbage,  Fault::endless};

/// Plays `scenario`; in the place of its `step`-th group comes the fault, and afterwards the rest as if nothing were.
class Player {
 public:
  Player(const Scenario& scenario, bool byte_by_byte) : scenario_(scenario), script_(scenario.options, byte_by_byte) {}

  void play(std::optional<std::size_t> step, Fault fault) {
    for (std::size_t i = 0; i < scenario_.replies.size() && script_.session.need() != Need::closed; ++i) {
      client_turn();
      if (step == i) {
        inject(fault);
      } else if (script_.session.need() == Need::start_tls) {
        script_.session.tls_established({"TLSv1.3", "x"});
      } else {
        script_.say(scenario_.replies[i]);
      }
    }
    client_turn();
    script_.session.fail(codes::local_failure(Category::connection_lost, Phase::local, "the server hung up"));
    collect();
  }

  std::vector<LetterOutcome> outcomes;
  std::size_t submitted = 0;
  const ClientSession& session() const { return script_.session; }

 private:
  void client_turn() {
    auto& session = script_.session;
    for (;;) {
      while (submitted < scenario_.letters && session.wants_letter()) {
        session.submit(letter(++submitted, {"a@b.ru", "c@d.ru"}, "x: y\r\n\r\n.dot\r\n"));
      }
      if (submitted == scenario_.letters && session.need() == Need::letter) session.quit();
      const auto part = session.output();
      if (part.empty()) break;
      session.consume_output(part.size());
    }
    collect();
  }
  void collect() {
    for (auto& outcome : script_.session.take_outcomes()) outcomes.push_back(std::move(outcome));
  }
  void inject(Fault fault) {
    auto& session = script_.session;
    switch (fault) {
      case Fault::lost:
        return session.fail(codes::local_failure(Category::connection_lost, Phase::local, "gone"));
      case Fault::says_421:
        return script_.say("421 4.3.2 shutting down\r\n");
      case Fault::says_451:
        return script_.say("451 4.3.0 later\r\n");
      case Fault::says_550:
        return script_.say("550 5.0.0 no\r\n");
      case Fault::says_250:
        return script_.say("250 2.0.0 sure\r\n");
      case Fault::says_354:
        return script_.say("354 go on\r\n");
      case Fault::garbage:
        return script_.say("\x16\x03\x01garbage\r\n");
      case Fault::endless:
        return script_.say("250-" + std::string(70'000, 'x'));
    }
  }

  const Scenario& scenario_;
  ClientScript script_;
};

TEST(ClientFailures, WithoutAFaultEveryScenarioDeliversAndQuitsCleanly) {
  for (const auto& scenario : scenarios()) {
    for (const bool bytewise : {false, true}) {
      Player player(scenario, bytewise);
      player.play(std::nullopt, Fault::lost);
      EXPECT_EQ(player.outcomes.size(), scenario.letters) << scenario.name;
      EXPECT_FALSE(player.session().failure()) << scenario.name << ": " << player.session().failure()->message;
    }
  }
}

TEST(ClientFailures, FaultAtAnyStepGivesEveryLetterExactlyOneOutcomeAndAClosedSession) {
  for (const auto& scenario : scenarios()) {
    for (std::size_t step = 0; step < scenario.replies.size(); ++step) {
      for (const auto fault : all_faults) {
        std::vector<LetterOutcome> whole;
        for (const bool bytewise : {false, true}) {
          SCOPED_TRACE(scenario.name + " step " + std::to_string(step) + " fault " +
                       std::to_string(static_cast<int>(fault)));
          Player player(scenario, bytewise);
          player.play(step, fault);
          EXPECT_EQ(player.session().need(), Need::closed);
          ASSERT_EQ(player.outcomes.size(), player.submitted);
          for (std::size_t i = 0; i < player.outcomes.size(); ++i) {
            const auto& outcome = player.outcomes[i];
            EXPECT_EQ(outcome.id, i + 1) << "in the order handed in";
            for (const auto& recipient : outcome.recipients) {
              EXPECT_NE(recipient.accepted, recipient.failure.has_value());
              if (recipient.accepted) {
                EXPECT_TRUE(outcome.final_reply.positive());
              }
              if (recipient.failure && recipient.failure->maybe_delivered) {
                EXPECT_EQ(outcome.final_reply.code, 0);
                EXPECT_FALSE(outcome.untouched);
              }
            }
          }
          if (!bytewise) {
            whole = player.outcomes;
            continue;
          }
          ASSERT_EQ(player.outcomes.size(), whole.size());
          for (std::size_t i = 0; i < whole.size(); ++i) {
            EXPECT_EQ(player.outcomes[i].transcript, whole[i].transcript);
            EXPECT_EQ(player.outcomes[i].untouched, whole[i].untouched);
          }
        }
      }
    }
  }
}

class ClientDoubt : public ClientTest {
 protected:
  static codes::Failure lost() { return codes::local_failure(Category::connection_lost, Phase::local, "gone"); }
};
INSTANTIATE_TEST_SUITE_P(, ClientDoubt, testing::Bool(), portions);

TEST_P(ClientDoubt, UntouchedUntilTheFirstReplyThenNot) {
  auto unanswered = ready({"PIPELINING"});
  unanswered.session.submit(letter(1, {"a@b.ru"}));
  unanswered.written();
  unanswered.session.fail(lost());
  auto outcome = unanswered.only_outcome();
  EXPECT_TRUE(outcome.untouched);
  EXPECT_EQ(outcome.recipients[0].failure->phase, Phase::mail);

  auto answered = ready({"PIPELINING"});
  answered.session.submit(letter(1, {"a@b.ru"}));
  answered.written();
  answered.say("250 ok\r\n");
  answered.session.fail(lost());
  outcome = answered.only_outcome();
  EXPECT_FALSE(outcome.untouched);
  EXPECT_EQ(outcome.recipients[0].failure->phase, Phase::rcpt);
  EXPECT_FALSE(outcome.recipients[0].failure->maybe_delivered);
}

TEST_P(ClientDoubt, MaybeDeliveredFromTheMomentTheFinalDotIsHandedOut) {
  for (const bool handed_out : {false, true}) {
    auto script = ready({"PIPELINING"});
    script.session.submit(letter(1, {"a@b.ru", "c@d.ru"}));
    script.written();
    script.say("250 ok\r\n250 ok\r\n550 5.1.1 unknown\r\n");
    script.written();
    script.say("354 go\r\n");
    if (handed_out) {
      EXPECT_TRUE(script.session.output().ends_with("\r\n.\r\n"));
    }
    script.session.fail(lost());
    const auto outcome = script.only_outcome();
    EXPECT_EQ(outcome.recipients[0].failure->maybe_delivered, handed_out);
    EXPECT_FALSE(outcome.recipients[1].failure->maybe_delivered) << "the refused one is in no doubt";
    EXPECT_EQ(outcome.recipients[1].failure->code, 550);
    EXPECT_EQ(script.session.output(), "");
  }
}

TEST_P(ClientDoubt, GarbageInPlaceOfTheFinalReplyLeavesTheLetterInDoubt) {
  for (const std::string_view words : {"what?\r\n", "354 go on\r\n"}) {
    auto script = ready({"PIPELINING"});
    script.session.submit(letter(1, {"a@b.ru"}));
    script.written();
    script.say("250 ok\r\n250 ok\r\n");
    script.written();
    script.say("354 go\r\n");
    script.written();
    script.say(words);
    const auto outcome = script.only_outcome();
    EXPECT_TRUE(outcome.recipients[0].failure->maybe_delivered);
    EXPECT_EQ(outcome.recipients[0].failure->category, Category::protocol_error);
  }
}

TEST_P(ClientDoubt, FourTwentyOneAsFinalReplyIsAnAnswerAndTheEnd) {
  auto script = ready({"PIPELINING"});
  script.session.submit(letter(1, {"a@b.ru"}));
  script.written();
  script.say("250 ok\r\n250 ok\r\n");
  script.written();
  script.say("354 go\r\n");
  script.written();
  script.say("421 4.3.0 try later\r\n");
  const auto outcome = script.only_outcome();
  EXPECT_EQ(outcome.final_reply.code, 421);
  EXPECT_EQ(outcome.recipients[0].failure->phase, Phase::final_);
  EXPECT_FALSE(outcome.recipients[0].failure->maybe_delivered);
  EXPECT_EQ(script.session.need(), Need::closed);
}

TEST_P(ClientDoubt, FourTwentyOneAtRcptEndsTheLetterWithThatReply) {
  auto script = ready({"PIPELINING"});
  script.session.submit(letter(1, {"a@b.ru", "c@d.ru", "e@f.ru"}));
  script.written();
  script.say("250 ok\r\n550 5.1.1 a\r\n421 4.7.0 enough\r\n");
  const auto outcome = script.only_outcome();
  EXPECT_EQ(outcome.recipients[0].failure->code, 550);
  EXPECT_EQ(outcome.recipients[1].failure->code, 421);
  EXPECT_EQ(outcome.recipients[2].failure->code, 421);
  EXPECT_EQ(outcome.recipients[2].failure->phase, Phase::rcpt);
  EXPECT_FALSE(outcome.untouched);
  EXPECT_EQ(script.session.failure()->code, 421);
}

}  // namespace
}  // namespace gatepost::smtp
