// A server that lets in fewer connections than the account opens, wherever it says so.
#include <algorithm>
#include <tuple>

#include "full_server.hpp"
#include "server.hpp"

namespace gatepost::engine {
namespace {

using codes::Category;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr std::size_t letters = 20;

LaneOptions ten_connections(const FullServer& server) {
  auto options = lane_to(server.port());
  options.max_connections = 10;
  options.connect.session.identity.login = "ivan";
  options.connect.session.identity.password = "secret";
  options.connect.session.allow_cleartext_auth = true;
  return options;
}

void expect_each_once(FullServer& server, std::size_t count, const std::string& prefix = "r") {
  const auto found = server.letters();
  for (std::size_t i = 0; i < count; ++i) {
    const auto address = prefix + std::to_string(i) + "@example.com";
    const auto one = found.find(address);
    ASSERT_NE(one, found.end()) << address;
    EXPECT_EQ(one->second, 1) << address;
  }
}

struct Refusal {
  FullServer::Phase phase;
  const char* words;
  const char* name;
};

class AFullServer : public testing::TestWithParam<std::tuple<std::size_t, Refusal>> {};

TEST_P(AFullServer, TakesAllLettersOverTheConnectionsThatItLetsIn) {
  const auto& [cap, refusal] = GetParam();
  FullServer server(cap, refusal.phase, refusal.words);
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  auto options = ten_connections(server);
  options.limiter = limiter_of({2 * letters, std::chrono::hours(1)});
  const auto lane = engine.add_lane(options);
  engine.submit(lane, jobs(letters), queue);
  for (const auto& [ticket, outcome] : collect(*queue, letters)) {
    EXPECT_TRUE(outcome.letter.recipients.at(0).accepted) << ticket << ": " << failure_of(outcome).describe();
  }
  expect_each_once(server, letters);
  EXPECT_LE(server.most_at_once(), cap);
  EXPECT_EQ(engine.status(lane).most_connections, cap);
  EXPECT_TRUE(engine.status(lane).pauses.empty());
  // What is learnt holds for the next letters.
  const auto before = server.turned_away();
  engine.submit(lane, jobs(letters, "next"), queue);
  collect(*queue, letters);
  EXPECT_EQ(server.turned_away(), before);
  EXPECT_EQ(options.limiter->left(), 0U) << "what was not taken cost no token";
}

using enum FullServer::Phase;

INSTANTIATE_TEST_SUITE_P(
    WhereverItSaysSo, AFullServer,
    testing::Combine(
        testing::Values(1U, 2U, 3U),
        testing::Values(
            Refusal{greeting, "421 4.7.0 Too many connections", "Greeting421"},
            Refusal{greeting, "450 4.3.2 busy", "Greeting450"},
            Refusal{greeting, "554 5.7.1 Too many connections", "Greeting554"}, Refusal{greeting, "", "GreetingHangUp"},
            Refusal{ehlo, "421 4.3.2 Service not available", "Ehlo421"},
            Refusal{ehlo, "452 4.3.2 Too many sessions", "Ehlo452"}, Refusal{ehlo, "", "EhloHangUp"},
            Refusal{auth, "421 4.7.0 Too many connections", "Auth421"},
            Refusal{auth, "454 4.7.0 Too many connections", "Auth454"},
            Refusal{auth, "454 4.7.0 Too many login attempts", "AuthThrottled"},
            Refusal{auth, "535 5.7.8 Authentication failed", "Auth535"}, Refusal{auth, "", "AuthHangUp"},
            Refusal{mail, "421 4.3.2 closing", "Mail421"}, Refusal{mail, "450 4.7.0 Too many connections", "Mail450"},
            Refusal{mail, "554 5.7.0 Too many connections", "Mail554"},
            Refusal{mail, "421 4.7.0 Connection rate limit exceeded", "MailRate"}, Refusal{mail, "", "MailHangUp"},
            Refusal{rcpt, "421 4.4.2 bye", "Rcpt421"}, Refusal{rcpt, "452 4.7.0 Too many connections", "Rcpt452"},
            Refusal{rcpt, "", "RcptHangUp"}, Refusal{data, "421 4.7.0 Too many connections", "Data421"},
            Refusal{data, "450 4.7.0 Too many connections", "Data450"}, Refusal{data, "", "DataHangUp"})),
    [](const auto& one) {
      return std::string(std::get<1>(one.param).name) + "Cap" + std::to_string(std::get<0>(one.param));
    });

TEST(LaneCap, TooManyConnectionsInTheReplyToTheTextSendsItAnew) {
  FullServer server(1, final_, "421 4.7.0 Too many connections");
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  engine.submit(engine.add_lane(ten_connections(server)), jobs(letters), queue);
  for (const auto& [ticket, outcome] : collect(*queue, letters)) EXPECT_TRUE(outcome.letter.recipients.at(0).accepted);
  expect_each_once(server, letters);
}

TEST(LaneCap, ACapThatShrinksAndGrowsIsFollowed) {
  FullServer server(4, mail, "421 4.3.2 closing");
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  auto options = ten_connections(server);
  options.cap_holds = milliseconds(20);
  const auto lane = engine.add_lane(options);
  engine.submit(lane, jobs(letters, "a"), queue);
  collect(*queue, letters);
  server.cap = 1;
  engine.submit(lane, jobs(letters, "b"), queue);
  for (const auto& [ticket, outcome] : collect(*queue, letters)) {
    EXPECT_TRUE(outcome.letter.recipients.at(0).accepted) << failure_of(outcome).describe();
  }
  server.cap = 6;
  server.reset_most();
  const auto end = steady_clock::now() + seconds(20);
  std::size_t more = 0;
  while (server.most_at_once() < 3 && steady_clock::now() < end) {
    engine.submit(lane, jobs(letters, "c" + std::to_string(more++) + "-"), queue);
    for (const auto& [ticket, outcome] : collect(*queue, letters)) {
      EXPECT_TRUE(outcome.letter.recipients.at(0).accepted);
    }
  }
  EXPECT_GE(server.most_at_once(), 3U);
  expect_each_once(server, letters, "a");
  expect_each_once(server, letters, "b");
}

TEST(LaneCap, AServerThatIsFullForAMomentAfterItHasServedIsWaitedFor) {
  FullServer server(1, greeting, "421 4.3.2 busy");
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  auto options = ten_connections(server);
  options.letters_per_connection = 2;  // the next connection may come before the server has seen the last one go
  engine.submit(engine.add_lane(options), jobs(10), queue);
  for (const auto& [ticket, outcome] : collect(*queue, 10)) {
    EXPECT_TRUE(outcome.letter.recipients.at(0).accepted) << failure_of(outcome).describe();
  }
  expect_each_once(server, 10);
}

TEST(LaneCap, AServerThatRefusesEverybodyIsAFailureAfterOneTry) {
  FullServer server(0, greeting, "421 4.3.2 busy");
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  engine.submit(engine.add_lane(ten_connections(server)), jobs(letters), queue);
  for (const auto& [ticket, outcome] : collect(*queue, letters)) {
    EXPECT_TRUE(outcome.letter.untouched);
    EXPECT_EQ(failure_of(outcome).code, 421);
  }
  EXPECT_EQ(server.connections(), 1U);
}

TEST(LaneCap, AServerWithTooManyConnectionsForEverybodyIsAFailureWhenTheTimeForAGreetingIsOver) {
  FullServer server(0, mail, "450 4.7.0 Too many connections");
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  auto options = ten_connections(server);
  options.connect.deadlines.greeting = milliseconds(500);
  engine.submit(engine.add_lane(options), jobs(letters), queue);
  for (const auto& [ticket, outcome] : collect(*queue, letters)) {
    EXPECT_EQ(failure_of(outcome).category, Category::too_many_connections);
  }
}

TEST(LaneCap, AServerThatHangsUpOnEverybodysLettersIsAFailure) {
  FullServer server(0, mail, "");
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  engine.submit(engine.add_lane(ten_connections(server)), jobs(letters), queue);
  for (const auto& [ticket, outcome] : collect(*queue, letters)) {
    EXPECT_EQ(failure_of(outcome).category, Category::connection_lost);
  }
  EXPECT_LE(server.connections(), 12U);
}

TEST(LaneCap, ALetterThatTheServerHangsUpOnEndsAloneAndTheOthersGo) {
  Server server;
  server.decide = [](std::string_view rcpt) {
    return rcpt.starts_with("r3@") ? smtp::Verdict{smtp::Verdict::Action::close, "", {}} : smtp::Verdict{};
  };
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  auto options = lane_to(server.port());
  options.max_connections = 3;
  engine.submit(engine.add_lane(options), jobs(letters), queue);
  for (const auto& [ticket, outcome] : collect(*queue, letters)) {
    EXPECT_EQ(outcome.letter.recipients.at(0).accepted, ticket != 3) << ticket;
  }
  EXPECT_EQ(server.recipients().size(), letters - 1);
}

TEST(LaneCap, RecipientsThatMeetTooManyConnectionsGoOverAnother) {
  Server server;
  std::atomic<int> refused{0};
  server.decide = [&](std::string_view rcpt) {
    if (rcpt.starts_with("none@")) return smtp::Verdict{smtp::Verdict::Action::refuse, "550 5.1.1 No such user", {}};
    if (rcpt.starts_with("late@") && refused++ == 0) {
      return smtp::Verdict{smtp::Verdict::Action::refuse, "452 4.7.0 Too many connections", {}};
    }
    return smtp::Verdict{};
  };
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  auto job = jobs(1).front();
  job.rcpt_to = {"early@example.com", "none@example.com", "late@example.com"};
  engine.submit(engine.add_lane(lane_to(server.port())), {job}, queue);
  const auto outcome = collect(*queue, 1).at(0);
  EXPECT_TRUE(outcome.letter.recipients.at(0).accepted);
  EXPECT_EQ(outcome.letter.recipients.at(1).failure->category, Category::recipient_unknown);
  EXPECT_TRUE(outcome.letter.recipients.at(2).accepted);
  EXPECT_EQ(server.recipients(), (std::vector<std::string>{"early@example.com", "late@example.com"}));
}

TEST(LaneCap, OneKnocksAndTheOthersFollow) {
  Server server;  // its on_auth refuses every login
  Engine engine;
  const auto queue = std::make_shared<OutcomeQueue>();
  auto options = lane_to(server.port());
  options.connect.session.identity.login = "ivan";
  options.connect.session.identity.password = "wrong";
  options.connect.session.allow_cleartext_auth = true;
  options.max_connections = 10;
  engine.submit(engine.add_lane(options), jobs(letters), queue);
  for (const auto& [ticket, outcome] : collect(*queue, letters)) {
    EXPECT_EQ(failure_of(outcome).category, Category::auth_failed);
    EXPECT_TRUE(outcome.tried);
    EXPECT_TRUE(outcome.paused_until);
  }
  EXPECT_EQ(server.connections(), 1U) << "a wrong password is tried once";
}

}  // namespace
}  // namespace gatepost::engine
