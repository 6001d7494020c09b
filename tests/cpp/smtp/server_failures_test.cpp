#include "server_player.hpp"

namespace gatepost::smtp {
namespace {

std::vector<std::string> kept(const ServerPlayer& player) {
  std::vector<std::string> letters;
  for (const auto& letter : player.handler.letters) letters.push_back(letter.data);
  return letters;
}

/// Whether `some` are of `all`, in their order and none twice.
bool is_part_of(const std::vector<std::string>& some, const std::vector<std::string>& all) {
  auto next = all.begin();
  for (const auto& letter : some) {
    next = std::find(next, all.end(), letter);
    if (next == all.end()) return false;
    ++next;
  }
  return true;
}

std::string without_ids(std::string text) {
  for (auto at = text.find("queued as "); at != std::string::npos; at = text.find("queued as ", at + 1)) {
    text.erase(at + 10, text.find("\r\n", at) - at - 10);
  }
  return text;
}

std::string describe(const ServerScenario& scenario, std::size_t step, ClientFault fault, bool in_the_middle) {
  constexpr std::string_view names[] = {"lost", "garbage", "timeout", "shut down"};
  return scenario.name + (in_the_middle ? ", in the middle of step " : ", before step ") + std::to_string(step) + ": " +
         std::string(names[static_cast<std::size_t>(fault)]);
}

TEST(ServerFailures, WithoutAFaultEveryScenarioKeepsItsLettersAndEndsWithQuit) {
  for (const auto& scenario : server_scenarios()) {
    for (const bool bytewise : {false, true}) {
      SCOPED_TRACE(scenario.name);
      ServerPlayer player(scenario, bytewise);
      player.play(std::nullopt, ClientFault::lost, false);
      EXPECT_EQ(kept(player), scenario.letters) << player.said;
      EXPECT_EQ(player.handler.close_reason, "quit");
      EXPECT_EQ(player.handler.closed, 1);
      EXPECT_EQ(player.handler.warnings, std::vector<std::string>{});
      EXPECT_EQ(player.session().peer().mechanism, scenario.mechanism);
    }
  }
}

TEST(ServerFailures, FaultAtAnyStepEndsTheSessionAndKeepsWholeLettersOnceEach) {
  for (const auto& scenario : server_scenarios()) {
    for (std::size_t step = 0; step < scenario.steps.size(); ++step) {
      for (const auto fault : all_client_faults) {
        for (const bool in_the_middle : {false, true}) {
          std::string said;
          for (const bool bytewise : {false, true}) {
            SCOPED_TRACE(describe(scenario, step, fault, in_the_middle));
            ServerPlayer player(scenario, bytewise);
            player.play(step, fault, in_the_middle);
            EXPECT_TRUE(is_part_of(kept(player), scenario.letters)) << player.said;
            if (fault == ClientFault::garbage) {
              const auto need = player.session().need();
              EXPECT_TRUE(need == ServerNeed::closed || need == ServerNeed::read || need == ServerNeed::start_tls);
            } else {
              EXPECT_TRUE(player.closed()) << player.said;
            }
            const auto letters = kept(player);
            const auto words = player.said;
            player.hang_up();
            EXPECT_TRUE(player.closed());
            EXPECT_EQ(kept(player), letters);
            EXPECT_EQ(player.said, words) << "nobody is there to hear more";
            EXPECT_EQ(player.handler.closed, 1);
            // CRAM-MD5's and SCRAM's nonces differ, and who talks too early is told so when it is seen.
            if (!bytewise) {
              said = without_ids(player.said);
            } else if (scenario.mechanism.empty() && fault != ClientFault::garbage) {
              EXPECT_EQ(without_ids(player.said), said);
            }
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace gatepost::smtp
