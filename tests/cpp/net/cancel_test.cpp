// quit(now) at every wait: the connection ends at once, once, and says what became of its letter.
#include <gmock/gmock.h>

#include <boost/asio/post.hpp>
#include <future>

#include "owner.hpp"
#include "raw_server.hpp"

namespace gatepost::net {
namespace {

using namespace std::string_literals;

/// A server that goes along for a while, tells that it has heard the client's next words, and falls silent.
class SilentServer {
 public:
  using Talk = std::function<void(RawSocket&)>;
  explicit SilentServer(Talk talk)
      : server_([this, talk = std::move(talk)](RawSocket& socket) {
          talk(socket);
          silent_.set_value();
          read_away(socket);
        }) {}
  std::uint16_t port() const { return server_.port(); }
  void wait_until_silent() { silent_.get_future().wait(); }

 private:
  std::promise<void> silent_;
  RawServer server_;
};

ConnectOptions to(std::uint16_t port) {
  ConnectOptions options;
  options.targets = {{"127.0.0.1", port}};
  options.session.security = smtp::Security::none;
  return options;
}

Owner::End cancel_when_silent(SilentServer& server, ConnectOptions options, std::vector<smtp::ClientLetter> letters) {
  IoThread thread;
  Owner owner(std::move(letters));
  const auto connection = ClientConnection::open(thread.context(), std::move(options), owner);
  server.wait_until_silent();
  boost::asio::post(thread.context(), [&] {
    connection->quit(true);
    connection->quit(true);
  });
  auto end = owner.end();
  EXPECT_EQ(owner.times_closed(), 1);
  EXPECT_TRUE(end.failure);
  return end;
}

/// The client's line that nobody answers.
void hear_a_line(RawSocket& socket) {
  while (!read_bytes(socket, 1).ends_with('\n')) {
  }
}

TEST(Cancel, InAProxysHandshake) {
  for (const auto& answered : {""s, "\x05\x00"s, "\x05\x00\x05\x00\x00"s}) {
    SilentServer proxy([&](RawSocket& socket) {
      read_bytes(socket, 3);
      say(socket, answered);
    });
    auto options = to(25);
    options.targets.front().host = "mx.invalid";
    options.proxy = Proxy{Proxy::Kind::socks5, "127.0.0.1", proxy.port(), "", ""};
    EXPECT_TRUE(cancel_when_silent(proxy, options, {}).outcomes.empty());
  }
}

TEST(Cancel, BeforeTheGreeting) {
  SilentServer server([](RawSocket&) {});
  EXPECT_TRUE(cancel_when_silent(server, to(server.port()), {letter_of(1)}).outcomes.empty());
}

TEST(Cancel, InTheTlsHandshake) {
  SilentServer server([](RawSocket& socket) { read_bytes(socket, 5); });
  auto options = to(server.port());
  options.session.security = smtp::Security::implicit_tls;
  EXPECT_TRUE(cancel_when_silent(server, options, {letter_of(1)}).outcomes.empty());
}

TEST(Cancel, AfterEachCommandOfALetter) {
  const std::vector<std::string> answers = {"250 me", "250 2.1.0 ok", "250 2.1.5 ok", "354 go on"};
  for (std::size_t answered = 0; answered <= answers.size(); ++answered) {
    SilentServer server([&](RawSocket& socket) {
      say(socket, "220 hello\r\n");
      answer(socket, {answers.begin(), answers.begin() + static_cast<std::ptrdiff_t>(answered)});
      hear_a_line(socket);
    });
    const auto end = cancel_when_silent(server, to(server.port()), {letter_of(7)});
    if (answered == 0) {
      EXPECT_TRUE(end.outcomes.empty());
      continue;
    }
    ASSERT_EQ(end.outcomes.size(), 1U) << answered;
    const auto& outcome = end.outcomes[0];
    EXPECT_EQ(outcome.id, 7U);
    EXPECT_EQ(outcome.untouched, answered == 1) << answered;
    ASSERT_TRUE(outcome.recipients.at(0).failure);
    EXPECT_EQ(outcome.recipients[0].failure->maybe_delivered, answered == answers.size()) << answered;
  }
}

TEST(Cancel, InTheMiddleOfALetterThatTheServerDoesNotRead) {
  std::promise<void> begun;
  std::promise<void> over;
  RawServer server([&](RawSocket& socket) {
    say(socket, "220 hello\r\n");
    answer(socket, {"250 me", "250 2.1.0 ok", "250 2.1.5 ok", "354 go on"});
    hear_a_line(socket);
    begun.set_value();
    over.get_future().wait();
  });
  IoThread thread;
  std::string big = "Subject: big\r\n\r\n";
  while (big.size() < 30'000'000) big += std::string(900, 'x') + "\r\n";
  Owner owner({letter_of(1, big)});
  const auto connection = ClientConnection::open(thread.context(), to(server.port()), owner);
  begun.get_future().wait();
  boost::asio::post(thread.context(), [&] { connection->quit(true); });
  const auto end = owner.end();
  over.set_value();
  ASSERT_TRUE(end.failure);
  ASSERT_EQ(end.outcomes.size(), 1U);
  const auto& failure = end.outcomes[0].recipients.at(0).failure;
  EXPECT_TRUE(failure && !failure->maybe_delivered);
}

TEST(Cancel, WhileAQuestionWaitsForItsAnswer) {
  SilentServer server([](RawSocket& socket) {
    say(socket, "220 hello\r\n");
    answer(socket, {"250 me"});
    hear_a_line(socket);
  });
  IoThread thread;
  Owner owner({}, false);
  const auto connection = ClientConnection::open(thread.context(), to(server.port()), owner);
  boost::asio::post(thread.context(), [&] { connection->ask({smtp::Question::Verb::noop, ""}); });
  server.wait_until_silent();
  boost::asio::post(thread.context(), [&] { connection->quit(true); });
  EXPECT_TRUE(owner.end().failure);
  EXPECT_EQ(owner.times_closed(), 1);
}

/// Asks its questions when it may, and quits behind them.
class Asker final : public ConnectionOwner {
 public:
  explicit Asker(std::vector<smtp::Question> questions) : questions_(std::move(questions)) {}
  std::optional<smtp::ClientLetter> next_letter(ClientConnection& connection) override {
    for (auto& question : std::exchange(questions_, {})) connection.ask(std::move(question));
    connection.quit();
    return std::nullopt;
  }
  void letters_done(ClientConnection&, std::vector<smtp::LetterOutcome>) override {}
  void answered(ClientConnection&, const codes::Reply& reply) override { replies.push_back(reply); }
  void closed(ClientConnection&, const std::optional<codes::Failure>& why) override {
    failure = why;
    over_.set_value();
  }
  void wait() { over_.get_future().wait(); }

  std::vector<codes::Reply> replies;
  std::optional<codes::Failure> failure;

 private:
  std::vector<smtp::Question> questions_;
  std::promise<void> over_;
};

TEST(Questions, AreAskedOneByOneAndQuitComesBehindThem) {
  RawServer server([](RawSocket& socket) {
    say(socket, "220 hello\r\n");
    answer(socket, {"250 me", "250 2.0.0 ok", "252 2.5.2 perhaps", "550 5.1.1 no such list", "221 bye"});
  });
  IoThread thread;
  using Verb = smtp::Question::Verb;
  Asker asker({{Verb::noop, ""}, {Verb::vrfy, "olga"}, {Verb::expn, "all"}});
  const auto connection = ClientConnection::open(thread.context(), to(server.port()), asker);
  asker.wait();
  EXPECT_FALSE(asker.failure);
  ASSERT_EQ(asker.replies.size(), 3U);
  EXPECT_EQ(asker.replies[0].code, 250);
  EXPECT_EQ(asker.replies[1].text(), "perhaps");
  EXPECT_EQ(asker.replies[2].code, 550);
}

TEST(Questions, AnArgumentThatCannotBeSentIsAnsweredHere) {
  RawServer server([](RawSocket& socket) {
    say(socket, "220 hello\r\n");
    answer(socket, {"250 me", "221 bye"});
  });
  IoThread thread;
  Asker asker({{smtp::Question::Verb::vrfy, "olga\r\nDATA"}});
  const auto connection = ClientConnection::open(thread.context(), to(server.port()), asker);
  asker.wait();
  EXPECT_FALSE(asker.failure);
  ASSERT_EQ(asker.replies.size(), 1U);
  EXPECT_EQ(asker.replies[0].code, 0);
}

}  // namespace
}  // namespace gatepost::net
