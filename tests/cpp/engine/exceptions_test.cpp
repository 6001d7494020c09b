// What throws inside the engine ends the letters that it was about, and nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <new>

#include "gatepost/engine/queued_job.hpp"
#include "server.hpp"

namespace gatepost::engine {
namespace {

using codes::Category;
using testing::HasSubstr;

/// Has no memory for the answer.
struct Broken final : TokenSource {
  void ask(std::uint32_t) override {
    ++asked;
    throw std::bad_alloc();
  }
  void ended() override {}
  void give_back(std::uint32_t) override {}
  std::atomic<int> asked{0};
};

TEST(Exceptions, WhatATokenSourceThrowsEndsTheLettersThatWaitForIt) {
  Server server;
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  auto options = lane_to(server.port());
  options.limiter = std::make_shared<AccountLimiter>();
  const auto source = std::make_shared<Broken>();
  options.limiter->set_source(source);
  engine.submit(engine.add_lane(options), jobs(3), queue);
  for (const auto& [ticket, outcome] : collect(*queue, 3)) {
    EXPECT_EQ(failure_of(outcome).category, Category::system_full);
    EXPECT_THAT(failure_of(outcome).message, HasSubstr("bad_alloc"));
    EXPECT_TRUE(outcome.letter.untouched);
  }
  EXPECT_GE(source->asked, 1);
  engine.submit(engine.add_lane(lane_to(server.port())), jobs(3), queue);
  for (const auto& [ticket, outcome] : collect(*queue, 3)) EXPECT_TRUE(outcome.letter.recipients.at(0).accepted);
}

TEST(Exceptions, AJobThatIsDroppedOnTheWayEndsWithAFailure) {
  const auto queue = std::make_shared<OutcomeQueue>();
  {
    auto job = jobs(1).front();
    job.ticket = 7;
    QueuedJob dropped(std::move(job), queue, nullptr);
    QueuedJob moved(std::move(dropped));
    moved.begun = true;
  }
  const auto outcomes = queue->drain(10);
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].ticket, 7U);
  EXPECT_FALSE(outcomes[0].letter.untouched);
  EXPECT_TRUE(outcomes[0].letter.recipients.at(0).failure->maybe_delivered);
}

}  // namespace
}  // namespace gatepost::engine
