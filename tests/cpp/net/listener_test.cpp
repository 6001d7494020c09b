#include <gmock/gmock.h>

#include "handler.hpp"
#include "raw_client.hpp"

namespace gatepost::net {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

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
  EXPECT_THAT(second.error().message,
              HasSubstr("127.0.0.1 port " + std::to_string(server.port()) + ": Address already in use"));
  EXPECT_TRUE(second.error().by_system);
  EXPECT_EQ(second.error().system_error, EADDRINUSE);
}

TEST(Listener, TlsWithoutACertificateIsRefused) {
  IoThread thread;
  Handler handler;
  ListenOptions options;
  options.session.implicit_tls = true;
  const auto opened = Listener::open(thread.context(), options, handler);
  ASSERT_FALSE(opened);
  EXPECT_FALSE(opened.error().by_system);
}

}  // namespace
}  // namespace gatepost::net
