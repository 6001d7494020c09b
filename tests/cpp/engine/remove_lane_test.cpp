// A lane that is removed: what becomes of its letters, its connections, its memory and its id.
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "server.hpp"

namespace gatepost::engine {
namespace {

using codes::Category;
using std::chrono::milliseconds;
using std::chrono::seconds;

template <class Condition>
bool becomes_true(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

LaneOptions held_back(std::uint16_t port) {
  auto options = lane_to(port);
  options.limiter = limiter_of({0, seconds(3600)});
  return options;
}

TEST(RemoveLane, QueuedLettersComeBackUntouchedAsIfCancelled) {
  Server server;
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  const auto lane = engine.add_lane(held_back(server.port()));
  engine.submit(lane, jobs(5), queue);
  EXPECT_TRUE(engine.remove_lane(lane, seconds(10)));
  for (const auto& [ticket, outcome] : collect(*queue, 5)) {
    EXPECT_TRUE(outcome.letter.untouched);
    EXPECT_EQ(outcome.lane, lane);
    EXPECT_EQ(failure_of(outcome).category, Category::connection_lost);
    EXPECT_EQ(failure_of(outcome).phase, codes::Phase::local);
  }
  EXPECT_EQ(server.letters(), 0U);
}

TEST(RemoveLane, ALetterInFlightEndsWithItsVerdict) {
  Server server;
  std::promise<void> at_the_end;
  std::promise<void> go_on;
  server.on_data_end = [&, end = go_on.get_future().share()] {
    at_the_end.set_value();
    end.wait();
    return smtp::Verdict{};
  };
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  const auto lane = engine.add_lane(lane_to(server.port()));
  engine.submit(lane, jobs(1), queue);
  at_the_end.get_future().wait();
  engine.remove_lane(lane, seconds(20));
  EXPECT_TRUE(engine.status(lane).removed);
  go_on.set_value();
  EXPECT_TRUE(collect(*queue, 1).at(0).letter.recipients.at(0).accepted);
}

TEST(RemoveLane, WhatIsStillInFlightAfterTheGraceIsInDoubt) {
  Server server;
  std::promise<void> at_the_end;
  std::promise<void> go_on;
  server.on_data_end = [&, end = go_on.get_future().share()] {
    at_the_end.set_value();
    end.wait();
    return smtp::Verdict{};
  };
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  const auto lane = engine.add_lane(lane_to(server.port()));
  engine.submit(lane, jobs(1), queue);
  at_the_end.get_future().wait();
  engine.remove_lane(lane, milliseconds(10));
  EXPECT_TRUE(failure_of(collect(*queue, 1).at(0)).maybe_delivered);
  go_on.set_value();
}

TEST(RemoveLane, ALetterSubmittedAfterwardsComesBackUntouched) {
  Server server;
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  const auto lane = engine.add_lane(lane_to(server.port()));
  engine.remove_lane(lane, seconds(10));
  engine.submit(lane, jobs(2), queue);
  for (const auto& [ticket, outcome] : collect(*queue, 2)) {
    EXPECT_TRUE(outcome.letter.untouched);
    EXPECT_EQ(failure_of(outcome).category, Category::connection_lost);
  }
}

TEST(RemoveLane, FurtherCallsSayThatItIsGone) {
  Server server;
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  const auto lane = engine.add_lane(lane_to(server.port()));
  EXPECT_FALSE(engine.status(lane).removed);
  EXPECT_TRUE(engine.remove_lane(lane, seconds(10)));
  EXPECT_FALSE(engine.remove_lane(lane, seconds(10)));
  EXPECT_TRUE(engine.status(lane).removed);
  EXPECT_FALSE(engine.remember_sent(lane, {SystemClock().now()}));
  EXPECT_FALSE(engine.set_access_token(lane, "token"));
  engine.check(lane, 9, {}, queue);
  const auto outcome = collect(*queue, 1).at(9);
  EXPECT_EQ(failure_of(outcome).category, Category::connection_lost);
  EXPECT_EQ(server.connections(), 0U);
}

TEST(RemoveLane, ItsIdIsNotGivenAgain) {
  Server server;
  Engine engine;
  const auto first = engine.add_lane(lane_to(server.port()));
  const auto second = engine.add_lane(lane_to(server.port()));
  engine.remove_lane(second, seconds(0));
  const auto third = engine.add_lane(lane_to(server.port()));
  EXPECT_NE(third, first);
  EXPECT_NE(third, second);
  EXPECT_TRUE(engine.status(second).removed);
  EXPECT_FALSE(engine.status(third).removed);
  EXPECT_THROW(engine.remove_lane(third + 1, seconds(0)), std::out_of_range);
}

TEST(RemoveLane, ItsConnectionsSayQuitAndItsMemoryGoes) {
  Server server;
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  auto options = lane_to(server.port());
  dkim::SignerOptions keyed;
  keyed.domain = "example.com";
  keyed.selector = "s";
  auto signer = *dkim::Signer::make(keyed, *crypto::SigningKey::generate(crypto::KeyType::ed25519));
  const std::weak_ptr<const dkim::Signer> watched = signer;
  options.signers = SignerChoice({}, {std::move(signer)});
  const auto lane = engine.add_lane(std::move(options));
  engine.submit(lane, jobs(3), queue);
  collect(*queue, 3);
  engine.remove_lane(lane, seconds(20));
  EXPECT_TRUE(becomes_true([&] { return watched.expired(); }));
}

TEST(RemoveLane, TheOthersGoOnWhileLanesComeAndGo) {
  Server server;
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  const auto stays = engine.add_lane(lane_to(server.port()));
  engine.submit(stays, jobs(200), queue);
  const auto others = std::make_shared<OutcomeQueue>();
  constexpr std::size_t rounds = 50;
  for (std::size_t round = 0; round < rounds; ++round) {
    const auto lane = engine.add_lane(lane_to(server.port()));
    auto one = jobs(1);
    one.front().ticket = round;
    engine.submit(lane, std::move(one), others);
    engine.remove_lane(lane, seconds(20));
  }
  for (const auto& [ticket, outcome] : collect(*queue, 200)) EXPECT_TRUE(outcome.letter.recipients.at(0).accepted);
  collect(*others, rounds);
}

TEST(RemoveLane, AnEngineThatEndsMeanwhileLosesNoOutcome) {
  Server server;
  const auto queue = std::make_shared<OutcomeQueue>();
  {
    Engine engine;
    const auto lane = engine.add_lane(lane_to(server.port()));
    engine.submit(lane, jobs(100), queue);
    engine.remove_lane(lane, seconds(20));
  }
  collect(*queue, 100);
}

}  // namespace
}  // namespace gatepost::engine
