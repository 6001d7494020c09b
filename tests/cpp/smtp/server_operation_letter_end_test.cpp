#include "gatepost/smtp/server/operations/letter_end.hpp"

#include "gatepost/smtp/server/letter_check.hpp"
#include "server_operation.hpp"

namespace gatepost::smtp::server {
namespace {

using Action = Verdict::Action;

class ServerLetterEndOperation : public OperationTest {
 protected:
  ServerLetterEndOperation() {
    begin_transaction();
    transaction.letter = "Subject: 1\r\n\r\nx\r\n";
  }
  void add_recipients(std::vector<bool> kept) {
    options.lmtp = true;
    transaction.recipients = kept.size();
    transaction.envelope.rcpt_to.assign(static_cast<std::size_t>(std::count(kept.begin(), kept.end(), true)), "c@d.ru");
    transaction.kept = std::move(kept);
  }
  LetterEnd letter_end{context, transaction};
};

TEST_F(ServerLetterEndOperation, HandlerGetsTheLetterAndTheTransactionIsOver) {
  context.counters.idle_commands = 7;
  letter_end.end("");
  ASSERT_EQ(handler.letters.size(), 1);
  EXPECT_EQ(handler.letters[0].data, "Subject: 1\r\n\r\nx\r\n");
  EXPECT_EQ(handler.letters[0].envelope.rcpt_to, std::vector<std::string>{"c@d.ru"});
  EXPECT_TRUE(said().starts_with("250 2.0.0 Ok: queued as "));
  EXPECT_FALSE(transaction.begun);
  EXPECT_EQ(context.counters.idle_commands, 0);
  EXPECT_TRUE(context.transcript.text().starts_with("-- 17 bytes of letter\n"));
}

TEST_F(ServerLetterEndOperation, OwnRefusalDoesNotAskTheHandler) {
  letter_end.end("550 5.5.2 No");
  EXPECT_EQ(said(), "550 5.5.2 No\r\n");
  EXPECT_TRUE(handler.letters.empty());
  EXPECT_FALSE(transaction.begun);
}

TEST_F(ServerLetterEndOperation, LetterWithDiscardedRecipientsAloneIsAcceptedAndGoesNowhere) {
  transaction.envelope.rcpt_to.clear();
  letter_end.end("");
  EXPECT_TRUE(said().starts_with("250 2.0.0 Ok: queued as "));
  EXPECT_TRUE(handler.letters.empty());
}

TEST_F(ServerLetterEndOperation, LaterWaitsForTheDecision) {
  handler.letter = {Action::later, {}, {}};
  letter_end.end("");
  EXPECT_TRUE(letter_end.is_deciding());
  EXPECT_EQ(said(), "");
  letter_end.decide(refuse("550 5.7.1 Spam"));
  EXPECT_FALSE(letter_end.is_deciding());
  EXPECT_EQ(said(), "550 5.7.1 Spam\r\n");
}

TEST_F(ServerLetterEndOperation, LaterOnceMoreIsARefusalForNow) {
  handler.letter = {Action::later, {}, {}};
  letter_end.end("");
  letter_end.decide({Action::later, {}, {}});
  EXPECT_EQ(said(), "451 4.3.0 No decision now; try again later\r\n");
}

TEST_F(ServerLetterEndOperation, EachRecipientOfLmtpHasItsReply) {
  add_recipients({true, false, true, true});
  handler.lmtp = {{Action::accept, "250 2.0.0 One", {}}, refuse("550 5.2.2 Full")};
  letter_end.end("");
  const auto replies = said();
  EXPECT_TRUE(replies.starts_with("250 2.0.0 One\r\n250 2.0.0 Ok: queued as ")) << replies;
  EXPECT_TRUE(replies.ends_with("\r\n550 5.2.2 Full\r\n451 4.3.0 No decision now; try again later\r\n")) << replies;
}

TEST_F(ServerLetterEndOperation, DecisionIsForTheRecipientsThatWait) {
  add_recipients({true, true});
  handler.lmtp = {refuse("550 5.2.2 Full"), {Action::later, {}, {}}};
  letter_end.end("");
  EXPECT_EQ(said(), "");
  letter_end.decide({Action::accept, "250 2.0.0 Two", {}});
  EXPECT_EQ(said(), "550 5.2.2 Full\r\n250 2.0.0 Two\r\n");
}

TEST_F(ServerLetterEndOperation, OwnRefusalIsSaidToEachRecipientOfLmtp) {
  add_recipients({true, false});
  letter_end.end("552 5.3.4 Large");
  EXPECT_EQ(said(), "552 5.3.4 Large\r\n552 5.3.4 Large\r\n");
}

TEST_F(ServerLetterEndOperation, ClosingVerdictClosesBehindTheDelay) {
  handler.letter = {Action::close, "421 4.3.2 Bye", std::chrono::milliseconds(5)};
  letter_end.end("");
  EXPECT_FALSE(context.is_closed());
  context.release_replies();
  EXPECT_EQ(said(), "421 4.3.2 Bye\r\n");
  EXPECT_EQ(handler.close_reason, "closed by rule");
}

TEST_F(ServerLetterEndOperation, CheckFlagsWhatTheLetterHoldsAndRefusesWhatHasNoLeave) {
  OctetScan octets;
  octets.read(std::string_view("\0\xFF", 2));
  EXPECT_EQ(check_letter(context, transaction, {true, true}, octets).substr(0, 9), "550 5.5.2");
  EXPECT_TRUE(transaction.envelope.bare_newlines && transaction.envelope.nul_octets);
  EXPECT_EQ(context.warnings(),
            (std::vector<std::string>{"a bare CR or LF in a letter", "a line over 1000 octets in a letter",
                                      "a NUL in a letter", "8-bit octets without BODY=8BITMIME"}));
  options.leniency.bare_newlines = options.leniency.nul_octets = true;
  EXPECT_EQ(check_letter(context, transaction, {true, true}, octets), "");
}

TEST_F(ServerLetterEndOperation, LineFaultsAreFoundAtEveryPlace) {
  EXPECT_FALSE(find_line_faults("a\r\n\r\nb").bare_newline);
  for (const auto* const text : {"\n", "\r", "a\nb", "a\rb\r\n", "a\r\n\n", "a\r\r\n"}) {
    EXPECT_TRUE(find_line_faults(text).bare_newline) << text;
  }
  EXPECT_FALSE(find_line_faults(std::string(998, 'x') + "\r\n").long_line);
  EXPECT_TRUE(find_line_faults(std::string(999, 'x') + "\r\n").long_line);
  EXPECT_TRUE(find_line_faults(std::string(1001, 'x')).long_line);
}

}  // namespace
}  // namespace gatepost::smtp::server
