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
  options.targets = {{"127.0.0.1", port}};
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
  EXPECT_TRUE(end.failure->timed_out);
  EXPECT_THAT(end.failure->message, HasSubstr("greeting"));
  EXPECT_THAT(end.failure->message, HasSubstr("30 ms"));
  EXPECT_THAT(end.failure->message, HasSubstr("smtps://"));
}

TEST(Deadline, SilenceAfterEhloEndsInPhaseEhlo) {
  IoThread thread;
  ScriptedServer server({"220 hello"});
  auto options = patient(server.port());
  options.deadlines.command = 30ms;
  const auto end = run(thread, options);
  ASSERT_TRUE(end.failure);
  EXPECT_EQ(end.failure->phase, Phase::ehlo);
  EXPECT_TRUE(end.failure->timed_out);
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
  EXPECT_TRUE(end.failure->timed_out);
}

TEST(Deadline, SilenceAfterMailEndsInPhaseMailAndTheLetterWasNotDelivered) {
  IoThread thread;
  ScriptedServer server({"220 hello", "250 me"});
  auto options = patient(server.port());
  options.deadlines.command = 30ms;
  const auto end = run(thread, options, {letter_of(7)});
  ASSERT_TRUE(end.failure);
  EXPECT_EQ(end.failure->phase, Phase::mail);
  EXPECT_TRUE(end.failure->timed_out);
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
  EXPECT_TRUE(end.failure->timed_out);
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
  EXPECT_TRUE(end.failure->timed_out);
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

/// Serves one client: says its replies as ScriptedServer does, and in the place of what follows the last one drips
/// `drop` on and on.
class DrippingServer {
 public:
  DrippingServer(std::vector<std::string> replies, std::string drop)
      : acceptor_(context_, {boost::asio::ip::make_address("127.0.0.1"), 0}),
        thread_([this, replies = std::move(replies), drop = std::move(drop)] { serve(replies, drop); }) {}
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  void serve(const std::vector<std::string>& replies, const std::string& drop) {
    boost::system::error_code gone;
    auto peer = acceptor_.accept();
    std::string heard;
    for (const auto& reply : replies) {
      boost::asio::write(peer, boost::asio::buffer(reply + "\r\n"), gone);
      while (!gone && !heard.ends_with(reply.starts_with("354") ? "\r\n.\r\n" : "\r\n")) {
        char block[4096];
        heard.append(block, peer.read_some(boost::asio::buffer(block), gone));
      }
      heard.clear();
    }
    boost::asio::basic_waitable_timer<std::chrono::steady_clock> timer(context_);
    while (!gone) {
      boost::asio::write(peer, boost::asio::buffer(drop), gone);
      timer.expires_after(10ms);
      timer.wait();
    }
  }

  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::jthread thread_;
};

TEST(Deadline, ReplyWhoseBytesOrLinesDripInDoesNotMoveTheDeadline) {
  const std::vector<std::string> all = {"220 hello", "250 me", "250 2.1.0 ok", "250 2.1.5 ok", "354 go on"};
  constexpr Phase phases[] = {Phase::greeting, Phase::ehlo, Phase::mail, Phase::rcpt, Phase::data, Phase::final_};
  for (std::size_t said = 0; said <= all.size(); ++said) {
    const std::string line = said == 0 ? "220-wait\r\n" : said == 4 ? "354-wait\r\n" : "250-wait\r\n";
    for (const auto& drop : {line, line.substr(0, 1)}) {
      SCOPED_TRACE(std::to_string(said) + " replies, then " + drop);
      IoThread thread;
      DrippingServer server({all.begin(), all.begin() + static_cast<std::ptrdiff_t>(said)}, drop);
      auto options = patient(server.port());
      auto& deadlines = options.deadlines;
      (said == 0 ? deadlines.greeting : said == all.size() ? deadlines.final_reply : deadlines.command) = 60ms;
      const auto end = run(thread, options, {letter_of(7)});
      ASSERT_TRUE(end.failure);
      EXPECT_EQ(end.failure->category, Category::connection_lost) << "a reply of too many lines ends it too, but later";
      EXPECT_EQ(end.failure->phase, phases[said]);
      EXPECT_THAT(end.failure->message, HasSubstr("within 60 ms"));
      ASSERT_EQ(end.outcomes.size(), said < 2 ? 0U : 1U);
      if (said >= 2) {
        EXPECT_EQ(end.outcomes[0].recipients.at(0).failure->maybe_delivered, said == all.size());
      }
    }
  }
}

}  // namespace
}  // namespace gatepost::net
