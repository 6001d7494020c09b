#include "gatepost/sink/decision_queue.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

namespace gatepost::sink {
namespace {

using testing::ElementsAre;
using namespace std::chrono_literals;

DecisionQueue::Waiting waiting(std::uint64_t session_id) {
  return {session_id, {std::make_shared<StoredLetter>(), {}}, {}};
}

std::vector<std::uint64_t> ids(const std::vector<LetterPtr>& letters) {
  std::vector<std::uint64_t> found;
  for (const auto& letter : letters) found.push_back(letter->id);
  return found;
}

TEST(DecisionQueue, ShowsEachLetterOnceAndAllThatAreThere) {
  DecisionQueue queue;
  queue.add(waiting(7));
  queue.add(waiting(8));
  EXPECT_THAT(ids(queue.wait(0ms)), ElementsAre(1U, 2U));
  EXPECT_THAT(ids(queue.wait(0ms)), ElementsAre());
  queue.add(waiting(9));
  EXPECT_THAT(ids(queue.wait(0ms)), ElementsAre(3U));
}

TEST(DecisionQueue, ALetterIsTakenOnceShownOrNot) {
  DecisionQueue queue;
  queue.add(waiting(7));
  EXPECT_EQ(queue.take(1)->session_id, 7U);
  EXPECT_FALSE(queue.take(1));
  EXPECT_FALSE(queue.take(99));
}

TEST(DecisionQueue, AWaitEndsWhenALetterComes) {
  DecisionQueue queue;
  std::thread sender([&] { queue.add(waiting(7)); });
  EXPECT_EQ(queue.wait(20s).size(), 1U);
  sender.join();
}

TEST(DecisionQueue, EveryLetterOfManySendersIsShownOnce) {
  DecisionQueue queue;
  std::vector<std::thread> senders;
  for (std::uint64_t s = 0; s < 4; ++s) {
    senders.emplace_back([&queue, s] {
      for (int i = 0; i < 1000; ++i) queue.add(waiting(s));
    });
  }
  std::vector<std::uint64_t> seen;
  while (seen.size() < 4000) {
    const auto shown = queue.wait(20s);
    if (shown.empty()) break;
    for (const auto& letter : shown) {
      EXPECT_TRUE(queue.take(letter->id));
      seen.push_back(letter->id);
    }
  }
  for (auto& sender : senders) sender.join();
  ASSERT_EQ(seen.size(), 4000U);
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], i + 1);
}

TEST(DecisionQueue, CloseDropsAllAndEndsEveryWait) {
  DecisionQueue queue;
  queue.add(waiting(7));
  std::atomic<bool> ended{false};
  queue.wait(0ms);
  std::thread waiter([&] {
    queue.wait(1h);
    ended = true;
  });
  queue.close();
  waiter.join();
  EXPECT_TRUE(ended);
  EXPECT_FALSE(queue.take(1));
  queue.add(waiting(8));
  EXPECT_TRUE(queue.wait(1h).empty());
}

TEST(DecisionQueue, AWaitEndsWhenItIsToldNotToGoOn) {
  DecisionQueue queue;
  int asked = 0;
  EXPECT_TRUE(queue.wait(1h, [&] { return ++asked < 2; }).empty());
  EXPECT_EQ(asked, 2);
}

}  // namespace
}  // namespace gatepost::sink
