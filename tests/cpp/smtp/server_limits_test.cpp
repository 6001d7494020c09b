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

TEST_P(ServerLimitsTest, CommandsOfASessionAreCountedWhateverTheyAre) {
  handler.rcpt["no@d"] = refuse("550 5.1.1 No");
  struct Endless {
    std::string_view begin, round;
  };
  const Endless all[] = {
      {"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n", "BDAT 0\r\n"},
      {"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n", "RCPT TO:<e@d>\r\n"},
      {"MAIL FROM:<a@b>\r\n", "RCPT TO:<no@d>\r\n"},
      {"", "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRSET\r\n"},
      {"", "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nx\n.\r\n.\r\n"},
      {"", "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 0 LAST\r\n"},
  };
  auto options = named();
  options.limits.commands = 40;
  options.limits.recipients = 3;
  for (const auto& [begin, round] : all) {
    auto script = greeted(options);
    script.say(begin);
    std::string reply;
    int rounds = 0;
    for (; script.session.need() != ServerNeed::closed && rounds < 100; ++rounds) reply = script.say(round);
    EXPECT_LE(rounds, 40) << round;
    EXPECT_TRUE(reply.ends_with("421 4.7.0 sink.example Too many commands in one session\r\n")) << round << reply;
    EXPECT_EQ(handler.close_reason, "too many commands");
  }
}

TEST_P(ServerLimitsTest, LettersThatTheHandlerRefusesAtDataCountAsCommands) {
  auto options = named();
  options.limits.commands = 20;
  handler.data = refuse("550 5.7.1 no");
  auto script = greeted(options);
  script.say("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n");
  int rounds = 0;
  while (script.session.need() != ServerNeed::closed && rounds < 100) {
    script.say("DATA\r\n");
    ++rounds;
  }
  EXPECT_EQ(rounds, 18);
}

TEST_P(ServerLimitsTest, CommandsHaveNoEndWhereTheLimitIsZero) {
  auto options = named();
  options.limits.commands = 0;
  auto script = greeted(options);
  script.say("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n");
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(script.say("BDAT 0\r\n"), "250 2.0.0 0 bytes received\r\n");
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
