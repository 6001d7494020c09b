// A server that stops answering, at each phase: the connection ends in time and says where it stood.
#include <gmock/gmock.h>

#include "owner.hpp"
#include "scripted_server.hpp"

namespace gatepost::net {
namespace {

using codes::Category;
using codes::Phase;
using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr auto never = 1h;

ConnectOptions patient(std::uint16_t port) {
  ConnectOptions options;
  options.host = "127.0.0.1";
  options.port = port;
  options.deadlines = {never, never, never, never, never, never, never};
  options.session.security = smtp::Security::none;
  return options;
}

std::string bigger_than_any_buffer() {
  std::string text = "Subject: big\r\n\r\n";
  for (int i = 0; i < 400'000; ++i) text += "a line of sixty-two bytes, as ordinary letters have them ......\r\n";
  return text;
}

TEST(Deadline, SilenceInsteadOfAGreetingEndsInPhaseGreeting) {
  IoThread thread;
  ScriptedServer server({});
  auto options = patient(server.port());
  options.deadlines.greeting = 30ms;
  const auto end = run(thread, options);
  ASSERT_TRUE(end.failure);
  EXPECT_EQ(end.failure->category, Category::connection_lost);
  EXPECT_EQ(end.failure->phase, Phase::greeting);
  EXPECT_THAT(end.failure->message, HasSubstr("greeting"));
  EXPECT_THAT(end.failure->message, HasSubstr("30 ms"));
}

TEST(Deadline, SilenceAfterEhloEndsInPhaseEhlo) {
  IoThread thread;
  ScriptedServer server({"220 hello"});
  auto options = patient(server.port());
  options.deadlines.command = 30ms;
  const auto end = run(thread, options);
  ASSERT_TRUE(end.failure);
  EXPECT_EQ(end.failure->phase, Phase::ehlo);
}

TEST(Deadline, SilenceInTheTlsHandshakeEndsInPhaseTls) {
  IoThread thread;
  ScriptedServer server({});
  auto options = patient(server.port());
  options.session.security = smtp::Security::implicit_tls;
  options.deadlines.tls = 30ms;
  const auto end = run(thread, options);
  ASSERT_TRUE(end.failure);
  EXPECT_EQ(end.failure->phase, Phase::tls);
}

TEST(Deadline, SilenceAfterMailEndsInPhaseMailAndTheLetterWasNotDelivered) {
  IoThread thread;
  ScriptedServer server({"220 hello", "250 me"});
  auto options = patient(server.port());
  options.deadlines.command = 30ms;
  const auto end = run(thread, options, {letter_of(7)});
  ASSERT_TRUE(end.failure);
  EXPECT_EQ(end.failure->phase, Phase::mail);
  ASSERT_EQ(end.outcomes.size(), 1U);
  EXPECT_EQ(end.outcomes[0].id, 7U);
  ASSERT_TRUE(end.outcomes[0].recipients.at(0).failure);
  EXPECT_FALSE(end.outcomes[0].recipients[0].failure->maybe_delivered);
}

TEST(Deadline, SilenceAfterTheFinalDotMeansMaybeDelivered) {
  IoThread thread;
  ScriptedServer server({"220 hello", "250 me", "250 2.1.0 ok", "250 2.1.5 ok", "354 go on"});
  auto options = patient(server.port());
  options.deadlines.final_reply = 30ms;
  const auto end = run(thread, options, {letter_of(7)});
  ASSERT_TRUE(end.failure);
  EXPECT_EQ(end.failure->phase, Phase::final_);
  ASSERT_EQ(end.outcomes.size(), 1U);
  ASSERT_TRUE(end.outcomes[0].recipients.at(0).failure);
  EXPECT_TRUE(end.outcomes[0].recipients[0].failure->maybe_delivered);
}

TEST(Deadline, AServerThatDoesNotReadABigLetterEndsInPhaseData) {
  IoThread thread;
  ScriptedServer server({"220 hello", "250 me", "250 2.1.0 ok", "250 2.1.5 ok", "354 go on"},
                        ScriptedServer::Then::stop_reading);
  auto options = patient(server.port());
  options.deadlines.data_block = 50ms;
  const auto end = run(thread, options, {letter_of(1, bigger_than_any_buffer())});
  ASSERT_TRUE(end.failure);
  EXPECT_EQ(end.failure->category, Category::connection_lost);
  EXPECT_EQ(end.failure->phase, Phase::data);
  ASSERT_EQ(end.outcomes.size(), 1U);
  EXPECT_FALSE(end.outcomes[0].recipients.at(0).accepted);
}

TEST(Deadline, ARefusalInTheMiddleOfABigLetterIsHeardAtOnce) {
  IoThread thread;
  ScriptedServer server({"220 hello", "250 me", "250 2.1.0 ok", "250 2.1.5 ok", "354 go on", "552 5.3.4 too big"},
                        ScriptedServer::Then::stop_reading);
  const auto end = run(thread, patient(server.port()), {letter_of(1, bigger_than_any_buffer())});
  ASSERT_EQ(end.outcomes.size(), 1U);
  EXPECT_EQ(end.outcomes[0].final_reply.code, 552);
  ASSERT_TRUE(end.outcomes[0].recipients.at(0).failure);
  EXPECT_FALSE(end.outcomes[0].recipients[0].failure->maybe_delivered);
}

TEST(Deadline, AGreetingThatDripsInByteByByteDoesNotMoveTheDeadline) {
  IoThread thread;
  boost::asio::io_context context;
  boost::asio::ip::tcp::acceptor acceptor(context, {boost::asio::ip::make_address("127.0.0.1"), 0});
  const std::jthread server([&] {
    auto peer = acceptor.accept();
    boost::system::error_code gone;
    boost::asio::basic_waitable_timer<std::chrono::steady_clock> timer(context);
    while (!gone) {
      boost::asio::write(peer, boost::asio::buffer("2", 1), gone);
      timer.expires_after(5ms);
      timer.wait();
    }
  });
  auto options = patient(acceptor.local_endpoint().port());
  options.deadlines.greeting = 60ms;
  const auto end = run(thread, options);
  ASSERT_TRUE(end.failure);
  EXPECT_EQ(end.failure->phase, Phase::greeting);
}

}  // namespace
}  // namespace gatepost::net
