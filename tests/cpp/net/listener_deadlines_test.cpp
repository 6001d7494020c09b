#include <gmock/gmock.h>

#include "handler.hpp"
#include "raw_client.hpp"

namespace gatepost::net {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using namespace std::chrono_literals;

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

}  // namespace
}  // namespace gatepost::net
