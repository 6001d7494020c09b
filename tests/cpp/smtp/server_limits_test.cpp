#include <chrono>

#include "server_script.hpp"

namespace gatepost::smtp {
namespace {

class ServerLimitsTest : public ServerTest {};
INSTANTIATE_TEST_SUITE_P(, ServerLimitsTest, testing::Bool(), server_portions);

TEST_P(ServerLimitsTest, CommandsThatFurtherNoLetterEndTheSession) {
  auto options = named();
  options.limits.idle_commands = 4;
  auto script = greeted(options);
  EXPECT_EQ(
      script.say("RSET\r\nRSET\r\nRSET\r\nRSET\r\n"),
      "250 2.0.0 Ok\r\n250 2.0.0 Ok\r\n250 2.0.0 Ok\r\n421 4.7.0 sink.example Too many commands without a letter\r\n");
  EXPECT_EQ(script.session.need(), ServerNeed::closed);
}

TEST_P(ServerLimitsTest, LettersAndRecipientsBeginTheCountAnew) {
  auto options = named();
  options.limits.idle_commands = 3;
  auto script = greeted(options);
  for (int i = 0; i < 10; ++i) {
    script.say("RSET\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n.\r\n");
    script.say("RSET\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n");
  }
  EXPECT_EQ(script.session.need(), ServerNeed::read);
  EXPECT_EQ(handler.letters.size(), 10u);
}

TEST_P(ServerLimitsTest, LettersOfASessionAreCounted) {
  auto options = named();
  options.limits.letters = 2;
  auto script = greeted(options);
  script.say("MAIL FROM:<a@b>\r\nRSET\r\nMAIL FROM:<a@b>\r\nRSET\r\n");
  EXPECT_EQ(script.say("MAIL FROM:<a@b>\r\n"), "421 4.7.0 sink.example Too many letters in one session\r\n");
  EXPECT_EQ(script.session.need(), ServerNeed::closed);
}

TEST_P(ServerLimitsTest, RefusedMailIsNoLetter) {
  auto options = named();
  options.limits.letters = 1;
  handler.mail = refuse("550 5.7.1 no");
  auto script = greeted(options);
  script.say("MAIL FROM:<a@b>\r\nMAIL FROM:<a@b>\r\n");
  handler.mail = {};
  EXPECT_EQ(script.say("MAIL FROM:<a@b>\r\n"), "250 2.1.0 Ok\r\n");
}

TEST_P(ServerLimitsTest, RecipientsThatWereAllRefusedAreNoFaultOfThePipeline) {
  auto options = named();
  options.limits.errors = 3;
  handler.rcpt["no@d"] = refuse("550 5.1.1 No");
  auto script = greeted(options);
  for (int i = 0; i < 10; ++i) script.say("MAIL FROM:<>\r\nRCPT TO:<no@d>\r\nDATA\r\nRSET\r\n");
  EXPECT_EQ(script.session.need(), ServerNeed::read);
  for (int i = 0; i < 4; ++i) script.say("MAIL FROM:<>\r\nRCPT TO:<no@d>\r\nDATA\r\nDATA\r\nRSET\r\n");
  EXPECT_EQ(script.session.need(), ServerNeed::closed) << "the second DATA is one";
}

TEST_P(ServerLimitsTest, MoreParametersThanAnyExtensionHasAreRefusedAtOnce) {
  auto options = named();
  options.leniency.unknown_parameters = true;
  auto script = greeted(options);
  std::string line = "MAIL FROM:<a@b>";
  for (int i = 0; i < 33; ++i) line += " X" + std::to_string(i);
  EXPECT_EQ(script.say(line + "\r\n"), "501 5.5.4 Too many parameters\r\n");
}

TEST_P(ServerLimitsTest, TranscriptStaysBoundedOverALongSession) {
  auto options = named();
  options.limits.transcript_bytes = 2000;
  options.limits.idle_commands = 100'000;
  auto script = greeted(options);
  for (int i = 0; i < 5'000; ++i) script.say("RSET\r\n");
  EXPECT_LE(script.session.transcript().size(), 2000u);
}

/// How long `run` takes for `size`, the best of three.
template <class Run>
double seconds(std::size_t size, Run run) {
  double best = 1e9;
  for (int round = 0; round < 3; ++round) {
    const auto start = std::chrono::steady_clock::now();
    run(size);
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

TEST(ServerCost, LineThatDripsInCostsNoMoreThanItsBytes) {
  ScriptedHandler handler;
  ServerOptions options;
  options.limits.line_bytes = 1 << 20;
  const auto drip = [&](std::size_t size) {
    ServerScript script(handler, options, true);
    script.hello();
    script.say(std::string(size, 'x'));
  };
  EXPECT_LT(seconds(1 << 20, drip), 40 * seconds(1 << 17, drip)) << "8 times the bytes; squared it would be 64 times";
}

TEST(ServerCost, InputThatWaitsBehindDelaysIsNotMovedForEachCommand) {
  ScriptedHandler handler;
  handler.ehlo.delay = std::chrono::milliseconds(1);
  ServerOptions options;
  options.leniency.bad_pipelining = true;
  options.limits.idle_commands = 1 << 20;
  options.limits.transcript_bytes = 0;
  const auto play = [&](std::size_t size) {
    ServerScript script(handler, options);
    script.replies();
    std::string input;
    while (input.size() < size) input += "EHLO x\r\n";
    script.session.receive("EHLO x\r\n");
    script.session.receive(input);
    while (script.session.need() == ServerNeed::wait) script.session.resume();
    EXPECT_EQ(script.session.need(), ServerNeed::read);
  };
  EXPECT_LT(seconds(1 << 17, play), 40 * seconds(1 << 14, play));
}

}  // namespace
}  // namespace gatepost::smtp
