#include <optional>

#include "client_player.hpp"

namespace gatepost::smtp {
namespace {

void expect_sound(const Player& player, const Scenario& scenario) {
  EXPECT_EQ(player.session().need(), Need::closed);
  EXPECT_EQ(player.answered, player.asked);
  ASSERT_EQ(player.outcomes.size(), player.submitted);
  EXPECT_TRUE(player.behind_refused_reset().empty() || player.behind_refused_reset() == "QUIT\r\n")
      << player.behind_refused_reset();
  for (std::size_t i = 0; i < player.outcomes.size(); ++i) {
    const auto& outcome = player.outcomes[i];
    EXPECT_EQ(outcome.id, i + 1) << "in the order handed in";
    EXPECT_EQ(outcome.session != nullptr, player.session().ready());
    for (const auto& recipient : outcome.recipients) {
      EXPECT_NE(recipient.accepted, recipient.failure.has_value());
      if (recipient.accepted) {
        EXPECT_TRUE(player.body_written(outcome.id));
        EXPECT_TRUE(scenario.options.lmtp || outcome.final_reply.positive());
        EXPECT_FALSE(outcome.untouched);
      } else if (recipient.failure->maybe_delivered) {
        EXPECT_TRUE(player.body_written(outcome.id));
        EXPECT_TRUE(scenario.options.lmtp || outcome.final_reply.code == 0);
        EXPECT_FALSE(outcome.untouched);
      }
    }
  }
}

TEST(ClientFailures, WithoutAFaultEveryScenarioDeliversAndQuitsCleanly) {
  for (const auto& scenario : scenarios()) {
    for (const bool bytewise : {false, true}) {
      SCOPED_TRACE(scenario.name);
      Player player(scenario, bytewise);
      player.play(std::nullopt, Fault::lost);
      EXPECT_EQ(player.outcomes.size(), scenario.letters);
      EXPECT_EQ(player.answered, scenario.questions);
      EXPECT_FALSE(player.session().failure()) << player.session().failure()->message;
      EXPECT_EQ(player.session().authenticated(), !scenario.options.identity.login.empty());
      expect_sound(player, scenario);
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
          expect_sound(player, scenario);
          if (!bytewise) {
            whole = player.outcomes;
            continue;
          }
          ASSERT_EQ(player.outcomes.size(), whole.size());
          for (std::size_t i = 0; i < whole.size(); ++i) {
            // CRAM-MD5's and SCRAM's nonces differ from one exchange to the next.
            if (scenario.name.find("CRAM") == std::string::npos) {
              EXPECT_EQ(player.outcomes[i].transcript, whole[i].transcript);
            }
            EXPECT_EQ(player.outcomes[i].untouched, whole[i].untouched);
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace gatepost::smtp
