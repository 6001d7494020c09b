#include "server_script.hpp"

namespace gatepost::smtp {
namespace {

constexpr std::string_view envelope = "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n";
constexpr std::string_view taken = "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n";

class ServerBdat : public ServerTest {
 protected:
  ServerBdat() { handler.letter = {Verdict::Action::accept, "250 2.0.0 Kept", {}}; }
  /// What comes behind the replies to MAIL and RCPT.
  static std::string send(ServerScript& script, std::string_view chunks) {
    const auto reply = script.say(std::string(envelope) + std::string(chunks));
    EXPECT_TRUE(reply.starts_with(taken)) << reply;
    return reply.substr(taken.size());
  }
};
INSTANTIATE_TEST_SUITE_P(, ServerBdat, testing::Bool(), server_portions);

TEST_P(ServerBdat, ChunksAreJoinedAndDotsMeanNothing) {
  auto script = greeted(strict());
  EXPECT_EQ(send(script, "BDAT 5\r\n..\r\n.BDAT 2\r\n\r\nBDAT 3 last\r\n.\r\n"),
            "250 2.0.0 5 bytes received\r\n250 2.0.0 2 bytes received\r\n250 2.0.0 Kept\r\n");
  ASSERT_EQ(handler.letters.size(), 1u);
  EXPECT_EQ(handler.letters[0].data, "..\r\n.\r\n.\r\n");
  EXPECT_TRUE(handler.letters[0].transcript.ends_with("C: BDAT 3 last\n-- 10 bytes of letter\n") ||
              handler.letters[0].transcript.ends_with("C: BDAT 3 last\n-- 9 bytes of letter\n"))
      << handler.letters[0].transcript;
  EXPECT_EQ(handler.asked_for_data, 1);
  EXPECT_TRUE(script.session.warnings().empty());
}

TEST_P(ServerBdat, EmptyLastChunkEndsTheLetter) {
  auto script = greeted();
  EXPECT_EQ(send(script, "BDAT 3\r\nx\r\nBDAT 0 LAST\r\n"), "250 2.0.0 3 bytes received\r\n250 2.0.0 Kept\r\n");
  EXPECT_EQ(send(script, "BDAT 0\r\nBDAT 0 LAST\r\n"), "250 2.0.0 0 bytes received\r\n250 2.0.0 Kept\r\n");
  EXPECT_EQ(handler.letters.at(0).data, "x\r\n");
  EXPECT_EQ(handler.letters.at(1).data, "");
}

TEST_P(ServerBdat, ManyPipelinedLettersAreAllAnswered) {
  auto script = greeted(strict());
  std::string input;
  for (int i = 0; i < 200; ++i) input += std::string(envelope) + "BDAT 4 LAST\r\nab\r\n";
  std::string expected;
  for (int i = 0; i < 200; ++i) expected += std::string(taken) + "250 2.0.0 Kept\r\n";
  EXPECT_EQ(script.say(input), expected);
  EXPECT_EQ(handler.letters.size(), 200u);
}

TEST_P(ServerBdat, ChunkOutOfOrderIsReadAwayAndRefused) {
  auto script = greeted();
  EXPECT_EQ(script.say("BDAT 6\r\nQUIT\r\nNOOP\r\n"), "503 5.5.1 Need MAIL first\r\n250 2.0.0 Ok\r\n");
  EXPECT_EQ(script.say("MAIL FROM:<a@b>\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n"),
            "250 2.1.0 Ok\r\n503 5.5.1 Need RCPT first\r\n250 2.0.0 Ok\r\n");
  handler.rcpt["no@d"] = refuse("550 5.1.1 No");
  EXPECT_EQ(script.say("RCPT TO:<no@d>\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n"),
            "550 5.1.1 No\r\n554 5.5.1 No valid recipients\r\n250 2.0.0 Ok\r\n");
  EXPECT_TRUE(handler.letters.empty());
}

TEST_P(ServerBdat, DataAndBdatDoNotMix) {
  auto script = greeted();
  EXPECT_EQ(send(script, "BDAT 3\r\nx\r\nDATA\r\nRCPT TO:<e@f>\r\nMAIL FROM:<g@h>\r\nBDAT 0 LAST\r\n"),
            "250 2.0.0 3 bytes received\r\n503 5.5.1 The letter has begun with BDAT\r\n"
            "503 5.5.1 The letter has begun\r\n503 5.5.1 Sender already specified\r\n250 2.0.0 Kept\r\n");
  EXPECT_EQ(handler.letters.at(0).envelope.rcpt_to.size(), 1u);
}

TEST_P(ServerBdat, RsetThrowsTheChunksAway) {
  auto script = greeted();
  send(script, "BDAT 3\r\nx\r\nRSET\r\n");
  EXPECT_EQ(send(script, "BDAT 3 LAST\r\ny\r\n"), "250 2.0.0 Kept\r\n");
  EXPECT_EQ(handler.letters.at(0).data, "y\r\n");
}

TEST_P(ServerBdat, BinaryMimeGoesByBdatAlone) {
  auto script = greeted();
  EXPECT_EQ(script.say("MAIL FROM:<a@b> BODY=BINARYMIME\r\nRCPT TO:<c@d>\r\nDATA\r\nBDAT 3 LAST\r\na\nb"),
            std::string(taken) + "503 5.5.1 A BINARYMIME letter goes by BDAT\r\n250 2.0.0 Kept\r\n");
  EXPECT_EQ(handler.letters.at(0).data, "a\nb");
  EXPECT_TRUE(handler.letters.at(0).envelope.bare_newlines);
}

TEST_P(ServerBdat, BareNewlinesOfATextAreRefusedOrFlagged) {
  for (const std::string_view body : {"a\nb", "a\rb", "\nab", "ab\r"}) {
    auto script = greeted();
    EXPECT_TRUE(send(script, "BDAT 3 LAST\r\n" + std::string(body)).starts_with("550 5.5.2 Bare CR or LF"));
    EXPECT_EQ(script.session.warnings(), std::vector<std::string>{"a bare CR or LF in a letter"});
  }
  EXPECT_TRUE(handler.letters.empty());
  auto options = named();
  options.leniency.bare_newlines = true;
  auto lenient = greeted(options);
  EXPECT_EQ(send(lenient, "BDAT 1\r\n\rBDAT 2 LAST\r\n\n\n"), "250 2.0.0 1 bytes received\r\n250 2.0.0 Kept\r\n");
  EXPECT_EQ(handler.letters.at(0).data, "\r\n\n");
  EXPECT_TRUE(handler.letters.at(0).envelope.bare_newlines);
}

TEST_P(ServerBdat, ChunksOverTheLimitAreReadAwayAndEachIsRefused) {
  auto options = named();
  options.limits.message_bytes = 10;
  auto script = greeted(options);
  const std::string refused = "552 5.3.4 Message size exceeds the maximum\r\n";
  EXPECT_EQ(send(script, "BDAT 10\r\n12345678\r\nBDAT 1\r\nxBDAT 6 LAST\r\nQUIT\r\n"),
            "250 2.0.0 10 bytes received\r\n" + refused + refused);
  EXPECT_EQ(send(script, "BDAT 11 LAST\r\n123456789\r\n"), refused) << "a new letter";
  EXPECT_EQ(send(script, "BDAT 10 LAST\r\n12345678\r\n"), "250 2.0.0 Kept\r\n");
  EXPECT_EQ(handler.letters.size(), 1u);
}

TEST_P(ServerBdat, HandlersRefusalOfTheDataComesBehindTheChunk) {
  handler.data = refuse("451 4.3.0 Not now");
  auto script = greeted();
  EXPECT_EQ(send(script, "BDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n"),
            "451 4.3.0 Not now\r\n451 4.3.0 Not now\r\n250 2.0.0 Ok\r\n");
  EXPECT_EQ(handler.asked_for_data, 1) << "once for a letter";
  EXPECT_TRUE(handler.letters.empty());
  handler.data = {Verdict::Action::close, "421 4.3.2 bye", {}};
  EXPECT_EQ(send(script, "BDAT 6\r\nNOOP\r\n"), "421 4.3.2 bye\r\n");
  EXPECT_EQ(script.session.need(), ServerNeed::closed);
}

TEST_P(ServerBdat, DelayOfTheDataHoldsTheChunkBack) {
  handler.data.delay = std::chrono::milliseconds(5);
  auto script = greeted();
  EXPECT_EQ(send(script, "BDAT 3 LAST\r\nx\r\n"), "");
  EXPECT_EQ(script.session.need(), ServerNeed::wait);
  script.session.resume();
  EXPECT_EQ(script.replies(), "250 2.0.0 Kept\r\n");
  EXPECT_EQ(send(script, "BDAT 0 LAST\r\n"), "");
  script.session.resume();
  EXPECT_EQ(script.replies(), "250 2.0.0 Kept\r\n");
}

TEST_P(ServerBdat, WithoutAKnownSizeTheSessionEnds) {
  for (const std::string_view arguments : {"", "x", "-1", "1x", "LAST", "1 FIRST", "1 LAST x", "0x10"}) {
    auto script = greeted();
    EXPECT_TRUE(send(script, "BDAT " + std::string(arguments) + "\r\nNOOP\r\n").starts_with("501 5.5.4")) << arguments;
    EXPECT_EQ(script.session.need(), ServerNeed::closed);
  }
}

TEST_P(ServerBdat, LostConnectionInsideAChunkKeepsNothing) {
  auto script = greeted();
  send(script, "BDAT 10 LAST\r\n12345");
  EXPECT_TRUE(script.session.in_data());
  script.session.connection_lost("reset");
  EXPECT_TRUE(handler.letters.empty());
}

}  // namespace
}  // namespace gatepost::smtp
