#include "gatepost/engine/engine.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "server.hpp"

namespace gatepost::engine {
namespace {

using codes::Category;
using std::chrono::seconds;

TEST(Engine, ManyLettersEachGetOneOutcomeAndArriveOnce) {
  Server server;
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  const auto lane = engine.add_lane(lane_to(server.port()));
  engine.submit(lane, jobs(500), queue);
  for (const auto& [ticket, outcome] : collect(*queue, 500)) {
    EXPECT_TRUE(outcome.letter.recipients.at(0).accepted);
    EXPECT_FALSE(outcome.letter.queue_id.empty());
  }
  EXPECT_EQ(server.recipients().size(), 500U);
  EXPECT_LE(server.connections(), 2U);
}

TEST(Engine, InOneRoundTripModeEveryLetterArrivesOnceToo) {
  Server server;
  server.decide = [](std::string_view rcpt) {
    return rcpt.find("7@") != std::string_view::npos
               ? smtp::Verdict{smtp::Verdict::Action::refuse, "550 5.1.1 No such user", {}}
               : smtp::Verdict{};
  };
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  auto options = lane_to(server.port());
  options.connect.session.one_round_trip = true;
  engine.submit(engine.add_lane(options), jobs(300), queue);
  std::size_t refused = 0;
  for (const auto& [ticket, outcome] : collect(*queue, 300)) {
    if (!outcome.letter.recipients.at(0).accepted) {
      ++refused;
      EXPECT_EQ(failure_of(outcome).category, Category::recipient_unknown);
      EXPECT_EQ(ticket % 10, 7U);
    }
  }
  EXPECT_EQ(refused, 30U);
  EXPECT_EQ(server.recipients().size(), 270U);
}

TEST(Engine, WhenNobodyListensQueuedLettersComeBackUntouched) {
  std::uint16_t port = 0;
  {
    const Server gone;
    port = gone.port();
  }
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  engine.submit(engine.add_lane(lane_to(port)), jobs(5), queue);
  for (const auto& [ticket, outcome] : collect(*queue, 5)) {
    EXPECT_TRUE(outcome.letter.untouched);
    EXPECT_EQ(failure_of(outcome).category, Category::connect_failed);
    EXPECT_EQ(failure_of(outcome).phase, codes::Phase::connect);
  }
}

TEST(Engine, AWrongPasswordPausesTheLaneAndLaterLettersDoNotTryAgain) {
  Server server;  // its on_auth refuses every login
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  auto options = lane_to(server.port());
  options.connect.session.identity.login = "ivan";
  options.connect.session.identity.password = "wrong";
  options.connect.session.allow_cleartext_auth = true;
  options.max_connections = 1;
  const auto lane = engine.add_lane(options);
  engine.submit(lane, jobs(3), queue);
  for (const auto& [ticket, outcome] : collect(*queue, 3)) {
    EXPECT_TRUE(outcome.letter.untouched);
    EXPECT_EQ(failure_of(outcome).category, Category::auth_failed);
  }
  ASSERT_TRUE(engine.status(lane).paused);
  engine.submit(lane, jobs(1), queue);
  EXPECT_EQ(failure_of(collect(*queue, 1).at(0)).category, Category::auth_failed);
  EXPECT_EQ(server.connections(), 1U);
}

TEST(Engine, ARecipientThatIsNotRelayedStopsNobodyElse) {
  Server server;
  server.decide = [](std::string_view rcpt) {
    return rcpt.starts_with("r3@") ? smtp::Verdict{smtp::Verdict::Action::refuse, "554 5.7.1 Relay access denied", {}}
                                   : smtp::Verdict{};
  };
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  const auto lane = engine.add_lane(lane_to(server.port()));
  engine.submit(lane, jobs(10), queue);
  const auto outcomes = collect(*queue, 10);
  EXPECT_EQ(failure_of(outcomes.at(3)).category, Category::relay_denied);
  EXPECT_EQ(server.recipients().size(), 9U);
  EXPECT_FALSE(engine.status(lane).paused);
}

TEST(Engine, AConnectionTheServerDropsBetweenLettersIsReplacedSilently) {
  Server server;
  std::atomic<int> letters{0};
  server.on_data_end = [&] {
    // Every third letter is accepted and the connection closed behind it.
    return ++letters % 3 == 0 ? smtp::Verdict{smtp::Verdict::Action::close, "250 2.0.0 Ok, and goodbye", {}}
                              : smtp::Verdict{};
  };
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  auto options = lane_to(server.port());
  options.max_connections = 1;
  engine.submit(engine.add_lane(options), jobs(20), queue);
  for (const auto& [ticket, outcome] : collect(*queue, 20))
    EXPECT_TRUE(outcome.letter.recipients.at(0).accepted) << ticket;
  EXPECT_EQ(server.recipients().size(), 20U);
  EXPECT_GE(server.connections(), 6U);
}

TEST(Engine, ALimitLetsOnlySoManyGoAndSaysWhenTheNextComesFree) {
  Server server;
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  auto options = lane_to(server.port());
  options.limiter = limiter_of({3, std::chrono::seconds(3600)});
  const auto lane = engine.add_lane(options);
  engine.remember_sent(lane, {SystemClock().now() - std::chrono::minutes(10)});
  EXPECT_EQ(engine.status(lane).left, 2U);
  engine.submit(lane, jobs(5), queue);
  const auto sent = collect(*queue, 2);
  const auto status = engine.status(lane);
  EXPECT_EQ(status.queued, 3U);
  EXPECT_EQ(status.left, 0U);
  ASSERT_TRUE(status.held);
  ASSERT_TRUE(status.held->until);
  EXPECT_NEAR(to_unix_seconds(*status.held->until), to_unix_seconds(SystemClock().now()) + 3000, 5);
  engine.cancel(queue);
  for (const auto& [ticket, outcome] : collect(*queue, 3)) EXPECT_TRUE(outcome.letter.untouched);
  EXPECT_EQ(server.recipients().size(), 2U);
}

TEST(Engine, CancelOfOneTicketLeavesTheOthersQueued) {
  Server server;
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  auto options = lane_to(server.port());
  options.limiter = limiter_of({1, std::chrono::seconds(3600)});
  const auto lane = engine.add_lane(options);
  engine.remember_sent(lane, {SystemClock().now()});
  engine.submit(lane, jobs(3), queue);
  engine.cancel(queue, 1);
  EXPECT_TRUE(collect(*queue, 1).contains(1));
  EXPECT_EQ(engine.status(lane).queued, 2U);
}

TEST(Engine, CancelOfARangeOfTicketsTakesThatRange) {
  Server server;
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  auto options = lane_to(server.port());
  options.limiter = limiter_of({1, std::chrono::seconds(3600)});
  const auto lane = engine.add_lane(options);
  engine.remember_sent(lane, {SystemClock().now()});
  engine.submit(lane, jobs(6), queue);
  engine.cancel(queue, 2, 3);
  const auto taken_back = collect(*queue, 3);
  for (const std::uint64_t ticket : {2U, 3U, 4U}) EXPECT_TRUE(taken_back.contains(ticket));
  EXPECT_EQ(engine.status(lane).queued, 3U);
}

TEST(Engine, ALetterThatCannotBeComposedFailsAloneAndNamesItsField) {
  Server server;
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  mime::MergeProgram::Source source;
  source.shared.from = {"", "from@example.com"};
  source.subject = {{"", ""}, {{0, false}}};
  source.text = mime::MergeText{{"x"}, {}};
  source.columns = 1;
  auto batch = std::make_shared<MergeBatch>();
  batch->program = *mime::MergeProgram::make(std::move(source));
  batch->columns = {{"fine", "two\r\nlines", "fine too"}};
  std::vector<Job> letters;
  for (std::size_t row = 0; row < 3; ++row) {
    batch->to_address.emplace_back("olga@example.com");
    batch->to_name.emplace_back();
    batch->message_id.emplace_back();
    letters.push_back({row, "from@example.com", {"olga@example.com"}, false, Merged{batch, row}});
  }
  engine.submit(engine.add_lane(lane_to(server.port())), std::move(letters), queue);
  const auto outcomes = collect(*queue, 3);
  EXPECT_TRUE(outcomes.at(0).letter.recipients.at(0).accepted);
  EXPECT_FALSE(outcomes.at(0).message_id.empty());
  EXPECT_EQ(failure_of(outcomes.at(1)).category, Category::message_malformed);
  EXPECT_NE(failure_of(outcomes.at(1)).message.find("subject"), std::string::npos);
  EXPECT_TRUE(outcomes.at(2).letter.recipients.at(0).accepted);
}

TEST(Engine, TheJournalHoldsEveryVerdictBeforeTheOutcomeIsSeen) {
  Server server;
  const auto path = testing::TempDir() + "engine-journal-" + std::to_string(::getpid());
  std::filesystem::remove(path);
  {
    Engine engine;
    const auto queue = std::make_shared<OutcomeQueue>();
    engine.submit(engine.add_lane(lane_to(server.port())), jobs(50), queue, *Journal::create(path));
    collect(*queue, 50);
  }
  const auto replay = *Journal::replay({path});
  EXPECT_EQ(replay.tickets.size(), 50U);
  for (const auto& [ticket, outcome] : replay.tickets) {
    ASSERT_TRUE(outcome) << ticket;
    EXPECT_TRUE(outcome->letter.recipients.at(0).accepted);
  }
  std::filesystem::remove(path);
}

Job job_for(std::size_t recipients) {
  auto job = jobs(1).front();
  job.rcpt_to.clear();
  for (std::size_t i = 0; i < recipients; ++i) job.rcpt_to.push_back("r" + std::to_string(i) + "@example.com");
  return job;
}

TEST(Engine, MoreRecipientsThanAnnouncedGoInSeveralTransactionsAndOneOutcome) {
  smtp::ServerOptions session;
  session.limits.recipients = 3;
  Server server(session);
  server.decide = [](std::string_view rcpt) {
    return rcpt.starts_with("r4@") ? smtp::Verdict{smtp::Verdict::Action::refuse, "550 5.1.1 No such user", {}}
                                   : smtp::Verdict{};
  };
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  const auto job = job_for(8);
  engine.submit(engine.add_lane(lane_to(server.port())), {job}, queue);
  const auto outcome = collect(*queue, 1).at(0);
  ASSERT_EQ(outcome.letter.recipients.size(), 8U);
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(outcome.letter.recipients[i].address, job.rcpt_to[i]);
    EXPECT_EQ(outcome.letter.recipients[i].accepted, i != 4);
    EXPECT_EQ(outcome.letter.recipients[i].queue_id.empty(), i == 4);
  }
  EXPECT_NE(outcome.letter.recipients[0].queue_id, outcome.letter.recipients[7].queue_id);
  EXPECT_EQ(server.recipients().size(), 7U);
  EXPECT_EQ(server.letters(), 3U);
}

TEST(Engine, AServerThatSaysTooManyToSomeGetsTheRestInFurtherTransactions) {
  smtp::ServerOptions session;
  session.limits.recipients = 3;
  session.extensions.limits = false;
  Server server(session);
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  const auto lane = engine.add_lane(lane_to(server.port()));
  engine.submit(lane, {job_for(7)}, queue);
  const auto outcome = collect(*queue, 1).at(0);
  for (const auto& row : outcome.letter.recipients) EXPECT_TRUE(row.accepted);
  EXPECT_EQ(server.recipients().size(), 7U);
  EXPECT_EQ(server.letters(), 3U);
  engine.submit(lane, {job_for(3)}, queue);
  EXPECT_FALSE(collect(*queue, 1).at(0).letter.recipients[0].reply) << "in one transaction";
}

TEST(Engine, AllOrNothingIsNotSplit) {
  smtp::ServerOptions session;
  session.limits.recipients = 3;
  for (const bool announced : {true, false}) {
    session.extensions.limits = announced;
    Server server(session);
    Engine engine;
    const auto queue = std::make_shared<OutcomeQueue>();
    auto job = job_for(5);
    job.all_or_nothing = true;
    engine.submit(engine.add_lane(lane_to(server.port())), {job}, queue);
    const auto outcome = collect(*queue, 1).at(0);
    for (const auto& row : outcome.letter.recipients) EXPECT_FALSE(row.accepted);
    EXPECT_EQ(server.recipients().size(), 0U);
  }
}

TEST(Engine, AnAnnouncedNumberOfLettersPerSessionIsKept) {
  smtp::ServerOptions session;
  session.limits.letters = 4;
  Server server(session);
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  auto options = lane_to(server.port());
  options.max_connections = 1;
  engine.submit(engine.add_lane(options), jobs(12), queue);
  for (const auto& [ticket, outcome] : collect(*queue, 12)) EXPECT_TRUE(outcome.letter.recipients.at(0).accepted);
  EXPECT_EQ(server.connections(), 3U);
}

TEST(Engine, AServersUnspokenNumberOfLettersPerSessionCostsNoLetter) {
  smtp::ServerOptions session;
  session.limits.letters = 4;
  session.extensions.limits = false;
  Server server(session);
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  auto options = lane_to(server.port());
  options.max_connections = 1;
  engine.submit(engine.add_lane(options), jobs(40), queue);
  for (const auto& [ticket, outcome] : collect(*queue, 40)) EXPECT_TRUE(outcome.letter.recipients.at(0).accepted);
  EXPECT_EQ(server.recipients().size(), 40U);
}

TEST(Engine, ALaneWhoseTokenWasRefusedGoesOnWithANewOne) {
  smtp::ServerOptions session;
  session.require_auth = true;
  Server server(session);
  server.good_token = "fresh";
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  auto options = lane_to(server.port());
  options.connect.session.identity.login = "ivan";
  options.connect.session.identity.access_token = "stale";
  options.connect.session.allow_cleartext_auth = true;
  options.max_connections = 1;
  const auto lane = engine.add_lane(options);
  engine.submit(lane, jobs(2), queue);
  for (const auto& [ticket, outcome] : collect(*queue, 2)) {
    EXPECT_TRUE(outcome.letter.untouched);
    EXPECT_EQ(failure_of(outcome).phase, codes::Phase::auth);
  }
  ASSERT_TRUE(engine.status(lane).paused);
  engine.set_access_token(lane, "fresh");
  EXPECT_FALSE(engine.status(lane).paused);
  engine.submit(lane, jobs(2), queue);
  for (const auto& [ticket, outcome] : collect(*queue, 2)) EXPECT_TRUE(outcome.letter.recipients.at(0).accepted);
}

TEST(Engine, ACheckMayAskAndBringsTheAnswer) {
  Server server;
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  const auto lane = engine.add_lane(lane_to(server.port()));
  using Verb = smtp::Question::Verb;
  engine.check(lane, 4, {{Verb::noop, ""}, {Verb::vrfy, "olga@example.com"}}, queue);
  const auto outcome = collect(*queue, 1).at(4);
  EXPECT_TRUE(outcome.letter.recipients.at(0).accepted);
  EXPECT_EQ(outcome.letter.final_reply.code, 252);
  ASSERT_EQ(outcome.letter.final_reply.lines.size(), 1U);
  EXPECT_NE(outcome.letter.final_reply.lines[0].find('\n'), std::string::npos);
  ASSERT_TRUE(outcome.letter.session);
  EXPECT_FALSE(outcome.letter.session->greeting.empty());
}

TEST(Engine, ACheckSaysWhetherAServerLetsUsIn) {
  Server server;
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  engine.check(engine.add_lane(lane_to(server.port())), 4, {}, queue);
  const auto outcome = collect(*queue, 1).at(4);
  EXPECT_TRUE(outcome.letter.recipients.at(0).accepted);
  EXPECT_NE(outcome.letter.transcript.find("QUIT"), std::string::npos);
}

TEST(Engine, StopGivesBackWhatHasNotBegunAndSaysQuit) {
  Server server;
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  const auto lane = engine.add_lane(lane_to(server.port()));
  engine.submit(lane, jobs(1000), queue);
  engine.stop(seconds(10));
  const auto outcomes = collect(*queue, 1000);
  const auto arrived = static_cast<std::size_t>(std::count_if(outcomes.begin(), outcomes.end(), [](const auto& entry) {
    return entry.second.letter.recipients.at(0).accepted;
  }));
  EXPECT_EQ(server.recipients().size(), arrived);
  EXPECT_EQ(engine.status(lane).connections, 0U);
}

TEST(Engine, AnUnknownLaneIsTheCallersError) {
  Engine engine;
  EXPECT_THROW(engine.status(1), std::out_of_range);
}

}  // namespace
}  // namespace gatepost::engine
