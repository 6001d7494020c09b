// What the session itself is made of: lines, turns, replies, the transcript.
#include "gatepost/smtp/server/line_reader.hpp"
#include "gatepost/smtp/server/turn.hpp"
#include "server_operation.hpp"

namespace gatepost::smtp::server {
namespace {

TEST(ServerLineReader, LineInPartsIsCutOffOnceItsEndIsThere) {
  LineReader reader;
  std::string_view bytes = "NOO";
  EXPECT_FALSE(reader.read(bytes, 10));
  EXPECT_EQ(bytes, "NOO") << "the begun line is the caller's to keep";
  bytes = "NOOP\r\nQUIT\n";
  const auto first = reader.read(bytes, 10);
  EXPECT_EQ(first->text, "NOOP");
  EXPECT_FALSE(first->bare || first->too_long);
  const auto second = reader.read(bytes, 10);
  EXPECT_EQ(second->text, "QUIT");
  EXPECT_TRUE(second->bare);
  EXPECT_EQ(bytes, "");
}

TEST(ServerLineReader, LineOverTheLimitIsThrownAwayAsItComes) {
  LineReader reader;
  std::string_view bytes = "123456";
  EXPECT_FALSE(reader.read(bytes, 4));
  EXPECT_EQ(bytes, "") << "nothing of it is kept";
  bytes = "7\r\nNOOP\r\n";
  EXPECT_TRUE(reader.read(bytes, 4)->too_long);
  const auto next = reader.read(bytes, 4);
  EXPECT_EQ(next->text, "NOOP");
  EXPECT_FALSE(next->too_long);
}

class ServerTurn : public OperationTest {
 protected:
  Turn turn{context};
};

TEST_F(ServerTurn, InputBeforeTheGreetingEndsTheSession) {
  EXPECT_TRUE(turn.is_clients());
  turn.greets();
  EXPECT_FALSE(turn.is_clients());
  turn.refuse_early_talk();
  EXPECT_EQ(said(), "554 5.5.0 SMTP protocol synchronization: input before the greeting\r\n");
  EXPECT_TRUE(context.is_closed());
}

TEST_F(ServerTurn, InputBeforeAReplyNamesTheCommand) {
  turn.replies_to(Verb::ehlo);
  turn.refuse_early_talk();
  EXPECT_EQ(said(), "554 5.5.0 SMTP protocol synchronization: input behind EHLO before its reply\r\n");
  EXPECT_EQ(handler.close_reason, "input behind EHLO before its reply");
}

TEST_F(ServerTurn, WithLeaveItIsOnlyWarnedOfAndTheTurnIsTheClients) {
  options.leniency.early_talk = options.leniency.bad_pipelining = true;
  turn.greets();
  turn.refuse_early_talk();
  EXPECT_TRUE(turn.is_clients());
  turn.replies_to(Verb::unknown);
  turn.refuse_early_talk();
  EXPECT_EQ(context.warnings(),
            (std::vector<std::string>{"input before the greeting", "input behind a command before its reply"}));
  EXPECT_FALSE(context.is_closed());
}

TEST(ServerReplyQueue, HandedOutRepliesStayUntilTheyAreConsumed) {
  SessionTranscript transcript(100);
  ReplyQueue replies(transcript, true);
  replies.write("250 2.0.0 One", false);
  replies.publish();
  const auto handed_out = replies.output();
  replies.write("250 2.0.0 Two", false);
  replies.publish();
  EXPECT_EQ(handed_out, "250 2.0.0 One\r\n");
  replies.consume(5);
  EXPECT_EQ(replies.output(), ".0.0 One\r\n");
  replies.consume(replies.output().size());
  EXPECT_EQ(replies.output(), "250 2.0.0 Two\r\n");
}

TEST(ServerReplyQueue, HeldBackRepliesComeInTheirOrder) {
  SessionTranscript transcript(100);
  ReplyQueue replies(transcript, false);
  replies.hold(std::chrono::milliseconds(0));
  EXPECT_FALSE(replies.is_holding());
  replies.hold(std::chrono::milliseconds(5));
  replies.hold(std::chrono::milliseconds(9));
  EXPECT_EQ(replies.delay(), std::chrono::milliseconds(5));
  replies.write_when_due("250 2.0.0 One", false);
  replies.write_when_due("", false);
  replies.write_when_due("Two", true);
  EXPECT_EQ(transcript.text(), "");
  replies.release();
  replies.publish();
  EXPECT_EQ(replies.output(), "250 One\r\n550 Two\r\n");
  EXPECT_EQ(transcript.text(), "S: 250 One\nS: 550 Two\n");
  EXPECT_EQ(replies.delay(), std::chrono::milliseconds(0));
}

TEST(ServerSessionTranscript, LetterHasTheHandshakeAndItsOwnLines) {
  SessionTranscript transcript(1000);
  const auto command = [&](std::string_view line) { transcript.command(parse_command(line), line, true); };
  command("EHLO me");
  transcript.server("250 sink");
  command("MAIL FROM:<1@b.ru>");
  transcript.note("1 bytes of letter");
  EXPECT_EQ(transcript.of_letter(), "C: EHLO me\nS: 250 sink\nC: MAIL FROM:<1@b.ru>\n-- 1 bytes of letter\n");
  command("MAIL FROM:<2@b.ru>");
  EXPECT_EQ(transcript.of_letter(), "C: EHLO me\nS: 250 sink\nC: MAIL FROM:<2@b.ru>\n");
}

TEST(ServerSessionTranscript, SecretsBehindAFailedLoginAreMaskedUntilALoginSucceeds) {
  SessionTranscript transcript(1000);
  const auto command = [&](std::string_view line) { transcript.command(parse_command(line), line, true); };
  command("AUTH PLAIN c2VjcmV0");
  command("c2VjcmV0");
  transcript.auth_line("c2VjcmV0");
  transcript.auth_line("*");
  transcript.logged_in();
  command("WHAT now");
  EXPECT_EQ(transcript.text(), "C: AUTH PLAIN ****\nC: ****\nC: ****\nC: *\nC: WHAT now\n");
}

TEST(ServerSessionTranscript, NothingIsKeptWhereNoBytesAreAllowed) {
  SessionTranscript transcript(0);
  transcript.command(parse_command("NOOP"), "NOOP", true);
  transcript.server("250 Ok");
  EXPECT_FALSE(transcript.is_kept());
  EXPECT_EQ(transcript.text(), "");
}

}  // namespace
}  // namespace gatepost::smtp::server
