#include <gmock/gmock.h>

#include "handler.hpp"
#include "raw_client.hpp"

namespace gatepost::net {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using namespace std::chrono_literals;

ConnectOptions plain(const Server& server) {
  ConnectOptions options;
  options.host = "127.0.0.1";
  options.port = server.port();
  options.session.security = smtp::Security::none;
  return options;
}

TEST(Listener, LettersOverOneConnectionArriveByteForByte) {
  Server server;
  IoThread thread;
  std::vector<smtp::ClientLetter> letters;
  std::vector<std::string> expected;
  for (std::uint64_t i = 0; i < 200; ++i) {
    expected.push_back("Subject: " + std::to_string(i) + "\r\n\r\n.dot\r\n..\r\nПривет\r\n");
    letters.push_back(letter_of(i, expected.back()));
  }
  const auto end = run(thread, plain(server), letters);
  EXPECT_FALSE(end.failure) << end.failure->message;
  ASSERT_EQ(end.outcomes.size(), letters.size());
  for (std::size_t i = 0; i < letters.size(); ++i) {
    EXPECT_EQ(end.outcomes[i].id, i);
    EXPECT_TRUE(end.outcomes[i].recipients.at(0).accepted);
  }
  EXPECT_EQ(server.handler.letters(), expected);
}

TEST(Listener, OneRoundTripModeDeliversTheSame) {
  Server server;
  IoThread thread;
  auto options = plain(server);
  options.session.one_round_trip = true;
  std::vector<smtp::ClientLetter> letters;
  for (std::uint64_t i = 0; i < 200; ++i) letters.push_back(letter_of(i, "A: " + std::to_string(i) + "\r\n\r\nx\r\n"));
  const auto end = run(thread, options, letters);
  EXPECT_FALSE(end.failure) << end.failure->message;
  ASSERT_EQ(server.handler.letters().size(), letters.size());
  for (std::size_t i = 0; i < letters.size(); ++i) EXPECT_EQ(server.handler.letters()[i], *letters[i].data);
}

TEST(Listener, ManyConnectionsAtOnceAllEndWell) {
  Server server;
  IoThread thread;
  std::vector<std::unique_ptr<Owner>> owners;
  std::vector<std::shared_ptr<ClientConnection>> connections;
  for (std::uint64_t i = 0; i < 50; ++i) {
    owners.push_back(std::make_unique<Owner>(std::vector{letter_of(i), letter_of(100 + i)}));
    connections.push_back(ClientConnection::open(thread.context(), plain(server), *owners.back()));
  }
  for (const auto& owner : owners) {
    const auto end = owner->end();
    EXPECT_FALSE(end.failure);
    EXPECT_EQ(end.outcomes.size(), 2U);
  }
  EXPECT_EQ(server.handler.letters().size(), 100U);
}

TEST(Listener, AnIdleConnectionTakesALetterWhenWoken) {
  Server server;
  IoThread thread;
  Owner owner({}, false);
  const auto connection = ClientConnection::open(thread.context(), plain(server), owner);
  owner.wait_until_idle();
  boost::asio::post(thread.context(), [&] {
    owner.hand_in(letter_of(5));
    connection->wake();
  });
  owner.wait_for_outcomes(1);
  EXPECT_EQ(server.handler.letters().size(), 1U);
  boost::asio::post(thread.context(), [&] { connection->quit(); });
  EXPECT_FALSE(owner.end().failure);
}

TEST(Listener, ASessionBeyondTheMostIsTurnedAway) {
  ListenOptions options;
  options.max_sessions = 1;
  Server server(options);
  RawClient first(server.port());
  EXPECT_THAT(first.line(), StartsWith("220"));
  RawClient second(server.port());
  EXPECT_EQ(second.rest(), "421 4.3.2 Too many connections\r\n");
  first.say("QUIT\r\n");
  EXPECT_THAT(first.rest(), StartsWith("221"));
}

TEST(Listener, ACommandThatDripsInEndsAtTheCommandDeadline) {
  ListenOptions options;
  options.command_deadline = 60ms;
  Server server(options);
  RawClient client(server.port());
  client.line();
  const std::jthread drip([&] {
    boost::asio::io_context context;
    boost::asio::basic_waitable_timer<std::chrono::steady_clock> timer(context);
    for (int i = 0; i < 60; ++i) {
      client.say("N");
      timer.expires_after(5ms);
      timer.wait();
    }
  });
  EXPECT_THAT(client.rest(), StartsWith("421 4.4.2"));
  server.handler.wait_for_ends(1);
}

TEST(Listener, ALetterThatNeverEndsEndsAtTheLetterDeadline) {
  ListenOptions options;
  options.letter_deadline = 60ms;
  Server server(options);
  RawClient client(server.port());
  client.begin_letter();
  client.say("Subject: half\r\n");
  EXPECT_THAT(client.rest(), StartsWith("421 4.4.2"));
  EXPECT_TRUE(server.handler.letters().empty());
}

TEST(Listener, AClientThatDoesNotReadIsDroppedAtTheWriteDeadline) {
  ListenOptions options;
  options.write_deadline = 60ms;
  options.session.limits.transcript_bytes = 0;
  options.session.limits.idle_commands = 1'000'000;
  options.session.leniency.bad_pipelining = options.session.leniency.early_talk = true;
  Server server(options);
  RawClient client(server.port());
  client.socket().set_option(boost::asio::socket_base::receive_buffer_size(4096));
  std::string commands;
  for (int i = 0; i < 10'000; ++i) commands += "EHLO me\r\n";  // few bytes in, many out
  const std::jthread talk([&] {
    for (int i = 0; i < 50; ++i) client.say(commands);
  });
  EXPECT_THAT(server.handler.wait_for_ends(1).at(0), HasSubstr("does not read"));
}

TEST(Listener, AClientThatReadsAByteNowAndThenDoesNotMoveTheWriteDeadline) {
  ListenOptions options;
  options.write_deadline = 60ms;
  options.session.limits.transcript_bytes = 0;
  options.session.limits.idle_commands = 1'000'000;
  options.session.leniency.bad_pipelining = options.session.leniency.early_talk = true;
  Server server(options);
  RawClient client(server.port());
  client.socket().set_option(boost::asio::socket_base::receive_buffer_size(4096));
  std::string commands;
  for (int i = 0; i < 10'000; ++i) commands += "EHLO me\r\n";
  const std::jthread talk([&] {
    for (int i = 0; i < 50; ++i) client.say(commands);
  });
  const std::jthread sip([&](const std::stop_token& over) {
    boost::asio::io_context context;
    boost::asio::basic_waitable_timer<std::chrono::steady_clock> timer(context);
    char block[2048];
    boost::system::error_code gone;
    while (!over.stop_requested() && !gone) {
      client.socket().read_some(boost::asio::buffer(block), gone);
      timer.expires_after(5ms);
      timer.wait();
    }
  });
  EXPECT_THAT(server.handler.wait_for_ends(1).at(0), HasSubstr("does not read"));
}

TEST(Listener, ALetterBelowTheLeastRateEndsAfterAWindow) {
  ListenOptions options;
  options.min_letter_rate = 1'000'000;
  options.rate_window = 30ms;
  Server server(options);
  RawClient client(server.port());
  client.begin_letter();
  const auto drip = client.drip("x", 5ms);
  EXPECT_THAT(client.rest(), StartsWith("421 4.4.2"));
  EXPECT_THAT(server.handler.wait_for_ends(1).at(0), HasSubstr("timeout"));
}

TEST(Listener, ChunksThatDripInDoNotMoveTheLettersDeadline) {
  ListenOptions options;
  options.letter_deadline = 100ms;
  Server server(options);
  RawClient client(server.port());
  client.line();
  client.ask("EHLO me");
  client.ask("MAIL FROM:<a@example.org>");
  client.ask("RCPT TO:<b@example.org>");
  const auto drip = client.drip("BDAT 1\r\nx", 5ms);
  EXPECT_THAT(client.rest(), HasSubstr("\r\n421 4.4.2"));
}

TEST(Listener, ALetterThatKeepsTheRateIsTaken) {
  ListenOptions options;
  options.min_letter_rate = 1;
  options.rate_window = 1ms;
  Server server(options);
  IoThread thread;
  EXPECT_FALSE(run(thread, plain(server), {letter_of(1, std::string(1'000'000, 'x') + "\r\n")}).failure);
}

TEST(Listener, ALetterThatIsPutOffIsAnsweredWhenItIsDecided) {
  Server server;
  server.handler.put_off = true;
  RawClient client(server.port());
  client.begin_letter();
  client.say("Subject: one\r\n\r\nHello\r\n.\r\nNOOP\r\n");
  const auto session = server.handler.wait_for_letter();
  server.on_thread([&](Listener& listener) {
    listener.decide(session + 1, {smtp::Verdict::Action::refuse, "550 5.7.1 Somebody else", {}});
    listener.decide(session, {smtp::Verdict::Action::refuse, "550 5.7.1 No", {}});
    listener.decide(session, {smtp::Verdict::Action::refuse, "550 5.7.1 Twice", {}});
  });
  EXPECT_EQ(client.line(), "550 5.7.1 No\r\n");
  EXPECT_THAT(client.line(), StartsWith("250"));
  EXPECT_THAT(client.ask("QUIT"), StartsWith("221"));
}

TEST(Listener, AnAddressHasItsOwnLimitAndWhoLeavesMakesRoom) {
  ListenOptions options;
  options.max_sessions_per_address = 1;
  Server server(options);
  {
    RawClient first(server.port());
    EXPECT_THAT(first.line(), StartsWith("220"));
    RawClient second(server.port());
    EXPECT_EQ(second.rest(), "421 4.7.0 Too many connections from your address\r\n");
    RawClient other(server.port(), "127.0.0.2");
    EXPECT_THAT(other.line(), StartsWith("220"));
    EXPECT_THAT(first.ask("QUIT"), StartsWith("221"));
    first.rest();
  }
  server.handler.wait_for_ends(2);
  RawClient third(server.port());
  EXPECT_THAT(third.line(), StartsWith("220"));
}

TEST(Listener, ATrustedProxyNamesTheClientAndIsNotCountedItself) {
  ListenOptions options;
  options.proxies = {"127.0.0.1"};
  options.max_sessions_per_address = 1;
  Server server(options);
  RawClient first(server.port());
  first.say("PROXY TCP4 192.0.2.7 192.0.2.1 5000 25\r\n");
  EXPECT_THAT(first.line(), StartsWith("220"));
  RawClient second(server.port());
  second.say("PROXY TCP6 2001:db8::7 2001:db8::1 5000 25\r\n");
  EXPECT_THAT(second.line(), StartsWith("220"));
  std::vector<std::string> seen;
  server.on_thread([&](Listener& listener) {
    listener.visit([&](const smtp::ServerSession& session) {
      seen.push_back(session.peer().address + " by " + session.peer().proxy);
    });
  });
  EXPECT_THAT(seen, testing::UnorderedElementsAre("192.0.2.7 by 127.0.0.1", "2001:db8::7 by 127.0.0.1"));
}

TEST(Listener, ClientsBehindAProxyAreCountedByTheAddressThatItNames) {
  ListenOptions options;
  options.proxies = {"127.0.0.1"};
  options.max_sessions_per_address = 1;
  Server server(options);
  const std::string header = "PROXY TCP4 192.0.2.7 192.0.2.1 5000 25\r\n";
  {
    RawClient first(server.port());
    first.say(header);
    EXPECT_THAT(first.line(), StartsWith("220"));
    RawClient second(server.port());
    second.say(header);
    EXPECT_EQ(second.rest(), "421 4.7.0 Too many connections from your address\r\n");
    EXPECT_THAT(server.handler.wait_for_ends(1).at(0), HasSubstr("Too many connections"));
    RawClient other(server.port());
    other.say("PROXY TCP4 192.0.2.8 192.0.2.1 5000 25\r\n");
    EXPECT_THAT(other.line(), StartsWith("220"));
  }
  server.wait_until_empty();
  RawClient third(server.port());
  third.say(header);
  EXPECT_THAT(third.line(), StartsWith("220"));
}

TEST(Listener, XclientIsForTheAddressThatAProxyNamesAndNotForTheProxys) {
  ListenOptions options;
  options.proxies = {"127.0.0.1"};
  options.xclient_from = {"127.0.0.1", "192.0.2.7"};
  Server server(options);
  RawClient stranger(server.port());
  stranger.say("PROXY TCP4 203.0.113.9 192.0.2.1 5000 25\r\n");
  stranger.line();
  EXPECT_THAT(stranger.ask("EHLO me"), testing::Not(HasSubstr("XCLIENT")));
  EXPECT_THAT(stranger.ask("XCLIENT LOGIN=boss"), StartsWith("550 5.7.0"));
  RawClient trusted(server.port());
  trusted.say("PROXY TCP4 192.0.2.7 192.0.2.1 5000 25\r\n");
  trusted.line();
  EXPECT_THAT(trusted.ask("EHLO me"), HasSubstr("XCLIENT"));
}

TEST(Listener, AHeaderFromElsewhereIsACommandThatNobodyKnows) {
  ListenOptions options;
  options.proxies = {"192.0.2.0/24"};
  Server server(options);
  RawClient client(server.port());
  EXPECT_THAT(client.line(), StartsWith("220"));
  EXPECT_THAT(client.ask("PROXY TCP4 192.0.2.7 192.0.2.1 5000 25"), StartsWith("5"));
}

TEST(Listener, XclientIsOfferedToItsNetworksAlone) {
  ListenOptions options;
  options.xclient_from = {"127.0.0.2"};
  Server server(options);
  RawClient trusted(server.port(), "127.0.0.2");
  trusted.line();
  EXPECT_THAT(trusted.ask("EHLO me"), HasSubstr("XCLIENT"));
  RawClient stranger(server.port());
  stranger.line();
  EXPECT_THAT(stranger.ask("EHLO me"), testing::Not(HasSubstr("XCLIENT")));
}

TEST(Listener, ANetworkThatIsNoneIsNamed) {
  IoThread thread;
  Handler handler;
  for (auto member : {&ListenOptions::proxies, &ListenOptions::xclient_from}) {
    ListenOptions options;
    options.*member = {"10.0.0.0/99"};
    const auto opened = Listener::open(thread.context(), options, handler);
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error(), HasSubstr("10.0.0.0/99"));
  }
}

TEST(Listener, WhoTalksBeforeTheGreetingIsHeard) {
  Server server;
  // The server's thread is held up while the client connects and talks, as a busy one would be.
  std::unique_ptr<RawClient> client;
  server.on_thread([&](Listener&) {
    client = std::make_unique<RawClient>(server.port());
    client->say("EHLO me\r\n");
  });
  EXPECT_THAT(client->rest(), HasSubstr("554 5.5.0 SMTP protocol synchronization: input before the greeting"));
  EXPECT_EQ(server.handler.wait_for_ends(1).at(0), "input before the greeting");
}

TEST(Listener, WhoTalksBehindAProxysHeaderBeforeTheGreetingIsHeard) {
  ListenOptions options;
  options.proxies = {"127.0.0.1"};
  Server server(options);
  std::unique_ptr<RawClient> client;
  server.on_thread([&](Listener&) {
    client = std::make_unique<RawClient>(server.port());
    client->say("PROXY TCP4 192.0.2.7 192.0.2.1 5000 25\r\nEHLO me\r\n");
  });
  EXPECT_THAT(client->rest(), HasSubstr("554 5.5.0"));
}

TEST(Listener, WhoTalksBeforeADelayedGreetingIsHeard) {
  Server server;
  server.handler.greeting_delay = 100ms;
  RawClient client(server.port());
  client.say("EHLO me\r\n");
  EXPECT_THAT(client.line(), StartsWith("554"));
}

TEST(Listener, WhoWaitsForADelayedGreetingGetsIt) {
  Server server;
  server.handler.greeting_delay = 20ms;
  RawClient client(server.port());
  EXPECT_THAT(client.line(), StartsWith("220"));
}

TEST(Listener, CloseTellsClientsWhy) {
  Server server;
  RawClient client(server.port());
  client.line();
  client.ask("EHLO me");
  server.close();
  EXPECT_THAT(client.rest(), StartsWith("421 4.3.2"));
}

TEST(Listener, CloseTellsOpenSessionsAndCallsNobodyAfterwards) {
  Server server;
  RawClient client(server.port());
  EXPECT_THAT(client.line(), StartsWith("220"));
  server.close();
  EXPECT_EQ(server.handler.wait_for_ends(1).size(), 1U);
  const int calls = server.handler.calls;
  client.say("EHLO me\r\n");
  client.rest();
  server.close();
  EXPECT_EQ(server.handler.calls, calls);
}

TEST(Listener, APortThatIsTakenIsNamedInTheError) {
  Server server;
  IoThread thread;
  Handler handler;
  ListenOptions options;
  options.port = server.port();
  const auto second = Listener::open(thread.context(), options, handler);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error(),
              HasSubstr("127.0.0.1 port " + std::to_string(server.port()) + ": Address already in use"));
}

TEST(Listener, TlsWithoutACertificateIsRefused) {
  IoThread thread;
  Handler handler;
  ListenOptions options;
  options.session.implicit_tls = true;
  EXPECT_FALSE(Listener::open(thread.context(), options, handler));
}

}  // namespace
}  // namespace gatepost::net
