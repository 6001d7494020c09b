#include "gatepost/sink/inbox.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace gatepost::sink {
namespace {

using testing::ElementsAre;
using namespace std::chrono_literals;

StoredLetter letter_to(std::string to, std::size_t bytes = 10, std::string discarded = {}) {
  StoredLetter letter;
  letter.raw = std::string(bytes, 'x');
  letter.envelope.rcpt_to = {std::move(to)};
  letter.discarded = std::move(discarded);
  return letter;
}

std::vector<std::uint64_t> ids(const std::vector<LetterPtr>& letters) {
  std::vector<std::uint64_t> found;
  for (const auto& letter : letters) found.push_back(letter->id);
  return found;
}

Inbox::Filter to(std::string address) {
  return [address = std::move(address)](const StoredLetter& letter) { return letter.envelope.rcpt_to[0] == address; };
}

TEST(Inbox, KeptAndDiscardedLettersAreApartAndNumberedTogether) {
  Inbox inbox(1 << 20);
  inbox.add(letter_to("a"));
  inbox.add(letter_to("b", 10, "test@test.ru"));
  inbox.add(letter_to("c"));
  EXPECT_THAT(ids(inbox.select({})), ElementsAre(1U, 3U));
  EXPECT_THAT(ids(inbox.discarded()), ElementsAre(2U));
  EXPECT_EQ(inbox.received(), 3U);
}

TEST(Inbox, SelectPassesWhatTheFilterPasses) {
  Inbox inbox(1 << 20);
  inbox.add(letter_to("a"));
  inbox.add(letter_to("b"));
  inbox.add(letter_to("a"));
  EXPECT_THAT(ids(inbox.select(to("a"))), ElementsAre(1U, 3U));
  EXPECT_THAT(ids(inbox.select(to("a"), 1)), ElementsAre(3U));
}

TEST(Inbox, BeyondItsBytesTheOldestGoFirstWhicheverKindTheyAre) {
  Inbox inbox(25'000);
  inbox.add(letter_to("a", 10'000, "discarded"));
  inbox.add(letter_to("b", 10'000));
  EXPECT_EQ(inbox.evicted(), 0U);
  inbox.add(letter_to("c", 10'000));
  EXPECT_EQ(inbox.evicted(), 1U);
  EXPECT_TRUE(inbox.discarded().empty());
  inbox.add(letter_to("d", 10'000));
  EXPECT_THAT(ids(inbox.select({})), ElementsAre(3U, 4U));
  EXPECT_EQ(inbox.received(), 4U);
}

TEST(Inbox, ALetterTheInboxCannotHoldIsCountedAndGone) {
  Inbox inbox(1000);
  inbox.add(letter_to("a", 5000));
  EXPECT_TRUE(inbox.select({}).empty());
  EXPECT_EQ(inbox.evicted(), 1U);
  EXPECT_EQ(inbox.received(), 1U);
}

TEST(Inbox, WaitReturnsAtOnceWhereEnoughAreThere) {
  Inbox inbox(1 << 20);
  inbox.add(letter_to("a"));
  EXPECT_THAT(ids(inbox.wait(1, {}, 0ms)), ElementsAre(1U));
}

TEST(Inbox, WaitReturnsWhatThereIsWhenTimeIsOver) {
  Inbox inbox(1 << 20);
  inbox.add(letter_to("a"));
  EXPECT_THAT(ids(inbox.wait(2, {}, 20ms)), ElementsAre(1U));
}

TEST(Inbox, WaitWakesForTheLettersItWantsAndNoOthers) {
  Inbox inbox(1 << 20);
  std::thread sender([&] {
    for (int i = 0; i < 1000; ++i) {
      inbox.add(letter_to("other"));
      if (i % 10 == 0) inbox.add(letter_to("olga"));
    }
  });
  const auto found = inbox.wait(100, to("olga"), 20s);
  sender.join();
  ASSERT_EQ(found.size(), 100U);
  EXPECT_EQ(found.front()->id, 2U);
}

TEST(Inbox, SeveralWaitersAreAllServed) {
  Inbox inbox(1 << 20);
  std::vector<std::thread> waiters;
  std::atomic<int> served{0};
  for (std::size_t n = 1; n <= 8; ++n) {
    waiters.emplace_back([&inbox, &served, n] {
      if (inbox.wait(n * 10, {}, 20s).size() >= n * 10) ++served;
    });
  }
  for (int i = 0; i < 80; ++i) inbox.add(letter_to("a"));
  for (auto& waiter : waiters) waiter.join();
  EXPECT_EQ(served, 8);
}

TEST(Inbox, WaitEndsWhenItIsToldNotToGoOn) {
  Inbox inbox(1 << 20);
  int asked = 0;
  const auto found = inbox.wait(1, {}, 1h, [&] { return ++asked < 2; });
  EXPECT_TRUE(found.empty());
  EXPECT_EQ(asked, 2);
}

TEST(Inbox, ClearEmptiesItAndTheCountsGoOn) {
  Inbox inbox(1 << 20);
  inbox.add(letter_to("a"));
  inbox.add_session({});
  inbox.clear();
  EXPECT_TRUE(inbox.select({}).empty());
  EXPECT_TRUE(inbox.sessions().empty());
  inbox.add(letter_to("b"));
  EXPECT_THAT(ids(inbox.wait(1, {}, 0ms)), ElementsAre(2U));
  EXPECT_EQ(inbox.received(), 2U);
}

TEST(Inbox, TheLastThousandSessionsAreKept) {
  Inbox inbox(1 << 20);
  for (std::uint32_t i = 0; i < 1005; ++i) {
    SessionRecord record;
    record.letters = i;
    inbox.add_session(std::move(record));
  }
  const auto sessions = inbox.sessions();
  ASSERT_EQ(sessions.size(), 1000U);
  EXPECT_EQ(sessions.front().letters, 5U);
}

}  // namespace
}  // namespace gatepost::sink
