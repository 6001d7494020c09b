#include <gmock/gmock.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "handler.hpp"

namespace gatepost::net {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using namespace std::chrono_literals;

/// A client that says what a test wants, blocking.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) { socket_.connect({boost::asio::ip::make_address("127.0.0.1"), port}); }
  void say(const std::string& text) {
    boost::system::error_code error;
    boost::asio::write(socket_, boost::asio::buffer(text), error);
  }
  std::string line() {
    std::string text;
    char c = 0;
    boost::system::error_code error;
    while (c != '\n' && socket_.read_some(boost::asio::buffer(&c, 1), error) == 1) text += c;
    return text;
  }
  /// What is answered to a command, all its lines.
  std::string ask(const std::string& command) {
    say(command + "\r\n");
    std::string all;
    std::string last;
    do {
      last = line();
      all += last;
    } while (last.size() > 3 && last[3] == '-');
    return all;
  }
  /// Up to the point where the letter's bytes are waited for.
  void begin_letter() {
    line();
    ask("EHLO me");
    ask("MAIL FROM:<a@example.org>");
    ask("RCPT TO:<b@example.org>");
    EXPECT_THAT(ask("DATA"), StartsWith("354"));
  }
  /// All that is said until the server hangs up.
  std::string rest() {
    std::string text;
    boost::system::error_code error;
    boost::asio::read(socket_, boost::asio::dynamic_buffer(text), error);
    return text;
  }
  boost::asio::ip::tcp::socket& socket() { return socket_; }

 private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::socket socket_{context_};
};

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
  options.session.leniency.bad_pipelining = true;
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
