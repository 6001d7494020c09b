#include "gatepost/engine/look_ahead.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <set>

#include "merged_letters.hpp"
#include "server.hpp"

namespace gatepost::engine {
namespace {

using crypto::KeyType;
using testing::HasSubstr;

/// Set by one thread, awaited by another.
class Signal {
 public:
  void set() {
    const std::lock_guard lock(mutex_);
    set_ = true;
    changed_.notify_all();
  }
  /// False where nothing came for long.
  bool wait() {
    std::unique_lock lock(mutex_);
    const bool came = changed_.wait_for(lock, std::chrono::seconds(20), [this] { return set_; });
    set_ = false;
    return came;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool set_ = false;
};

/// All workers busy until it is opened.
class Gate {
 public:
  explicit Gate(Workers& workers) {
    for (std::size_t i = 0; i < workers.most(); ++i) workers.post([opened = opened_] { opened.wait(); });
  }
  void open() { open_.set_value(); }

 private:
  std::promise<void> open_;
  std::shared_future<void> opened_ = open_.get_future().share();
};

SignerChoice signers() { return SignerChoice({{"example.com", {signer(KeyType::ed25519)}}}); }

std::deque<QueuedJob> queue_of(std::size_t rows) {
  const auto batch = batch_of(program("news@example.com", false), rows);
  std::deque<QueuedJob> queue;
  for (std::size_t row = 0; row < rows; ++row) queue.push_back({merged(batch, row), nullptr, nullptr});
  return queue;
}

std::size_t begun(const std::deque<QueuedJob>& queue) {
  return static_cast<std::size_t>(
      std::count_if(queue.begin(), queue.end(), [](const auto& queued) { return queued.preparation != nullptr; }));
}

TEST(LookAhead, EveryLetterIsMadeOnceWhoeverMakesIt) {
  Signal woken;
  Workers workers;
  LookAhead ahead(signers(), {}, workers, [&] { woken.set(); });
  constexpr std::size_t letters = 1000;
  auto queue = queue_of(letters);
  std::set<std::string> ids;
  for (std::size_t row = 0; row < letters; ++row) {
    ahead.begin(queue, letters);
    auto made = ahead.take(queue.front());
    // A wake that is lost would hang a lane.
    for (; !made; made = ahead.take(queue.front())) ASSERT_TRUE(woken.wait()) << "at row " << row;
    ASSERT_TRUE(*made);
    EXPECT_THAT(*(*made)->data, HasSubstr("<reader" + std::to_string(row) + "@example.net>"));
    ids.insert((*made)->message_id);
    queue.pop_front();
  }
  EXPECT_EQ(ids.size(), letters);
}

TEST(LookAhead, TheLaneMakesALetterThatNoWorkerHasBegun) {
  Workers workers;
  Gate gate(workers);
  LookAhead ahead(signers(), {}, workers, [] {});
  auto queue = queue_of(5);
  ahead.begin(queue, 5);
  EXPECT_EQ(begun(queue), 5U);
  for (const auto& queued : queue) EXPECT_TRUE(ahead.take(queued));
  gate.open();
}

TEST(LookAhead, ALetterAloneIsNotHandedToAWorker) {
  Workers workers;
  LookAhead ahead(signers(), {}, workers, [] {});
  auto queue = queue_of(1);
  ahead.begin(queue, 10);
  EXPECT_EQ(begun(queue), 0U);
  EXPECT_TRUE(ahead.take(queue.front()));
}

TEST(LookAhead, NoMoreLettersAreBegunThanMayGo) {
  Workers workers;
  LookAhead ahead(signers(), {}, workers, [] {});
  auto queue = queue_of(10);
  ahead.begin(queue, 3);
  EXPECT_EQ(begun(queue), 3U);
}

TEST(LookAhead, PrebuiltLettersThatNobodySignsAreLeftToTheLane) {
  Workers workers;
  LookAhead ahead({}, {}, workers, [] {});
  std::deque<QueuedJob> queue;
  for (auto& job : jobs(10)) queue.push_back({std::move(job), nullptr, nullptr});
  ahead.begin(queue, 10);
  EXPECT_EQ(begun(queue), 0U);
}

TEST(LookAhead, WorkersStopWhereTheMadeLettersFillTheirMemory) {
  constexpr std::size_t megabyte = 1024 * 1024;
  const auto data = std::make_shared<const std::string>("From: a@example.com\r\n\r\n" + std::string(megabyte, 'x'));
  std::deque<QueuedJob> queue;
  for (std::uint64_t i = 0; i < 60; ++i) {
    queue.push_back({{i, "a@example.com", {"b@example.net"}, false, Prebuilt{data}}, nullptr, nullptr});
  }
  const auto made = [&] {
    return static_cast<std::size_t>(
        std::count_if(queue.begin(), queue.end(), [](const auto& q) { return q.preparation->made(); }));
  };
  Workers workers;
  std::optional<LookAhead> ahead(std::in_place, signers(), std::nullopt, workers, [] {});
  ahead->begin(queue, 60);
  ASSERT_EQ(begun(queue), 60U);
  while (made() < 15) std::this_thread::yield();
  ahead.reset();  // waits for those that are begun
  EXPECT_LE(made(), 16 + workers.most());
}

TEST(LookAhead, WhatTheLaneGaveBackIsNotMade) {
  Workers workers;
  Gate gate(workers);
  LookAhead ahead(signers(), {}, workers, [] {});
  auto queue = queue_of(20);
  ahead.begin(queue, 20);
  const std::weak_ptr<Preparation> first = queue.front().preparation;
  queue.clear();
  EXPECT_TRUE(first.expired());
  gate.open();
}

TEST(Engine, MergedAndSignedLettersArriveOnceAndVerify) {
  for (const bool one_round_trip : {false, true}) {
    Server server;
    server.keeps_letters = true;
    Engine engine;
    const auto queue = std::make_shared<OutcomeQueue>();
    auto options = lane_to(server.port());
    options.signers = signers();
    options.max_connections = 5;
    options.connect.session.one_round_trip = one_round_trip;
    constexpr std::size_t letters = 300;
    const auto batch = batch_of(program("news@example.com", false), letters);
    std::vector<Job> jobs;
    for (std::size_t row = 0; row < letters; ++row) jobs.push_back(merged(batch, row));
    engine.submit(engine.add_lane(options), std::move(jobs), queue);
    for (const auto& [ticket, outcome] : collect(*queue, letters)) {
      EXPECT_TRUE(outcome.letter.recipients.at(0).accepted);
    }
    const auto recipients = server.recipients();
    EXPECT_EQ(std::set(recipients.begin(), recipients.end()).size(), letters);
    const auto stored = server.stored();
    ASSERT_EQ(stored.size(), letters);
    for (std::size_t i = 0; i < letters; ++i) {
      EXPECT_THAT(stored[i], HasSubstr("<" + recipients[i] + ">"));
      EXPECT_EQ(passing_domains(stored[i], SystemClock().now()), std::vector<std::string>{"example.com"});
    }
  }
}

TEST(Engine, ItsEndGivesBackLettersThatAreBeingMade) {
  Server server;
  const auto queue = std::make_shared<OutcomeQueue>();
  constexpr std::size_t letters = 2000;
  {
    Engine engine;
    auto options = lane_to(server.port());
    options.signers = signers();
    const auto batch = batch_of(program("news@example.com", false), letters);
    std::vector<Job> jobs;
    for (std::size_t row = 0; row < letters; ++row) jobs.push_back(merged(batch, row));
    engine.submit(engine.add_lane(options), std::move(jobs), queue);
    EXPECT_TRUE(queue->wait_for(std::chrono::seconds(20)));
  }
  EXPECT_EQ(collect(*queue, letters).size(), letters);
}

}  // namespace
}  // namespace gatepost::engine
