#include "gatepost/engine/outcome_queue.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <thread>

namespace gatepost::engine {
namespace {

bool readable(OutcomeQueue& queue) {
  pollfd poll{queue.event_fd(), POLLIN, 0};
  return ::poll(&poll, 1, 0) == 1;
}

Outcome numbered(std::uint64_t ticket) {
  Outcome outcome;
  outcome.ticket = ticket;
  return outcome;
}

TEST(OutcomeQueue, EventFdIsReadableExactlyWhileSomethingIsThere) {
  OutcomeQueue queue;
  EXPECT_FALSE(readable(queue));
  queue.push(numbered(1));
  queue.push(numbered(2));
  EXPECT_TRUE(readable(queue));
  EXPECT_EQ(queue.drain(1).size(), 1U);
  EXPECT_TRUE(readable(queue));
  EXPECT_EQ(queue.drain(10).at(0).ticket, 2U);
  EXPECT_FALSE(readable(queue));
}

TEST(OutcomeQueue, EventFdAskedForLateIsReadableForWhatIsThere) {
  OutcomeQueue queue;
  queue.push(numbered(1));
  EXPECT_TRUE(readable(queue));
  EXPECT_EQ(queue.drain(1).size(), 1U);
  EXPECT_FALSE(readable(queue));
}

TEST(OutcomeQueue, WaitForManyEndsWhenTheyAreThere) {
  OutcomeQueue queue;
  std::thread producer([&] {
    for (std::uint64_t i = 0; i < 500; ++i) queue.push(numbered(i));
  });
  EXPECT_TRUE(queue.wait_for(std::chrono::seconds(10), 500));
  EXPECT_EQ(queue.drain(1'000).size(), 500U);
  producer.join();
}

TEST(OutcomeQueue, WaitForManyIsContentWithFewWhenTheTimeIsOver) {
  OutcomeQueue queue;
  queue.push(numbered(1));
  EXPECT_TRUE(queue.wait_for(std::chrono::milliseconds(1), 2));
}

TEST(OutcomeQueue, WaitEndsWithFalseWhenTheTimeIsOver) {
  OutcomeQueue queue;
  EXPECT_FALSE(queue.wait_for(std::chrono::milliseconds(1)));
}

TEST(OutcomeQueue, ManyPushedByAnotherThreadArriveInOrder) {
  OutcomeQueue queue;
  std::thread producer([&] {
    for (std::uint64_t i = 0; i < 10'000; ++i) queue.push(numbered(i));
  });
  std::uint64_t next = 0;
  while (next < 10'000 && queue.wait_for(std::chrono::seconds(10))) {
    for (const auto& outcome : queue.drain(97)) ASSERT_EQ(outcome.ticket, next++);
  }
  producer.join();
  EXPECT_EQ(next, 10'000U);
}

}  // namespace
}  // namespace gatepost::engine
