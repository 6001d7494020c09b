// A lane whose limit is used up: what it says, and when it goes on.
#include <gtest/gtest.h>

#include "server.hpp"

namespace gatepost::engine {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

TEST(LaneHeld, TheLetterGoesWhenItsTokenIsFreeThoughTheConnectionHasIdled) {
  Server server;
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  auto options = lane_to(server.port());
  const Limit limit{1, milliseconds(250)};
  options.limiter = limiter_of(limit);
  const auto lane = engine.add_lane(options);
  const auto begin = steady_clock::now();
  for (int i = 0; i < 4; ++i) {
    engine.submit(lane, jobs(1), queue);
    EXPECT_TRUE(collect(*queue, 1).at(0).letter.recipients.at(0).accepted);
  }
  EXPECT_GE(steady_clock::now() - begin, 3 * limit.window);
  EXPECT_LT(steady_clock::now() - begin, options.idle / 3) << "it waited for the idle connection's time instead";
}

TEST(LaneHeld, ATokenThatAnotherGivesBackIsTakenAtOnce) {
  Server server;
  const auto limiter = limiter_of({1, hours(1)});
  auto taken = *limiter->take();
  std::vector<std::unique_ptr<Engine>> engines;
  const auto queue = std::make_shared<OutcomeQueue>();
  for (std::uint64_t i = 0; i < 2; ++i) {
    auto options = lane_to(server.port());
    options.limiter = limiter;
    auto& engine = *engines.emplace_back(std::make_unique<Engine>());
    const auto lane = engine.add_lane(options);
    auto one = jobs(1);
    one.front().ticket = i;
    engine.submit(lane, std::move(one), queue);
    EXPECT_EQ(engine.status(lane).queued, 1U);
  }
  taken.give_back();
  collect(*queue, 1);
  EXPECT_EQ(server.letters(), 1U);
}

TEST(LaneHeld, ItsStatusNamesTheLimitAndWhenTheNextLetterMayGo) {
  Server server;
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  auto options = lane_to(server.port());
  options.limiter = std::make_shared<AccountLimiter>(std::vector<Limit>{{2, hours(1)}, {100, hours(24)}});
  const auto lane = engine.add_lane(options);
  EXPECT_FALSE(engine.status(lane).held);
  engine.submit(lane, jobs(3), queue);
  collect(*queue, 2);
  const auto status = engine.status(lane);
  EXPECT_EQ(status.left, 0U);
  ASSERT_TRUE(status.held);
  EXPECT_EQ(status.held->limit, (Limit{2, hours(1)}));
  ASSERT_TRUE(status.held->until);
  EXPECT_NEAR(to_unix_seconds(*status.held->until), to_unix_seconds(SystemClock().now()) + 3600, 30);
}

TEST(LaneHeld, LettersThatDidNotBeginCostNoToken) {
  Server server;
  std::atomic<int> letters{0};
  server.on_data_end = [&] {
    return ++letters % 3 == 0 ? smtp::Verdict{smtp::Verdict::Action::close, "250 2.0.0 Ok, and goodbye", {}}
                              : smtp::Verdict{};
  };
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  auto options = lane_to(server.port());
  options.max_connections = 1;
  options.limiter = limiter_of({20, hours(1)});
  engine.submit(engine.add_lane(options), jobs(20), queue);
  for (const auto& [ticket, outcome] : collect(*queue, 20)) EXPECT_TRUE(outcome.letter.recipients.at(0).accepted);
  EXPECT_EQ(options.limiter->left(), 0U);
}

TEST(LaneHeld, NoMoreConnectionsAreOpenedThanThereAreTokens) {
  Server server;
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  auto options = lane_to(server.port());
  options.max_connections = 8;
  options.limiter = limiter_of({1, hours(1)});
  const auto lane = engine.add_lane(options);
  engine.submit(lane, jobs(10), queue);
  collect(*queue, 1);
  EXPECT_EQ(engine.status(lane).connections, 1U);
  EXPECT_EQ(server.connections(), 1U);
}

TEST(LaneHeld, ALaneThatIsRemovedLeavesItsTokensToTheOthers) {
  Server server;
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  const auto limiter = limiter_of({1, hours(1)});
  auto options = lane_to(server.port());
  options.limiter = limiter;
  auto taken = *limiter->take();
  const auto first = engine.add_lane(options);
  const auto second = engine.add_lane(options);
  engine.submit(first, jobs(2), queue);
  engine.submit(second, jobs(1, "of-the-second-"), queue);
  engine.remove_lane(first, seconds(10));
  taken.give_back();
  // Both of the first come back, and the letter of the second goes.
  std::size_t accepted = 0;
  std::size_t ended = 0;
  while (ended < 3 && queue->wait_for(seconds(20))) {
    for (const auto& outcome : queue->drain(10)) {
      ++ended;
      accepted += outcome.letter.recipients.at(0).accepted ? 1 : 0;
    }
  }
  EXPECT_EQ(ended, 3U);
  EXPECT_EQ(accepted, 1U);
}

}  // namespace
}  // namespace gatepost::engine
