#include "gatepost/smtp/server/operations/envelope_commands.hpp"
#include "server_operation.hpp"

namespace gatepost::smtp::server {
namespace {

class ServerEnvelopeOperation : public OperationTest {
 protected:
  ServerEnvelopeOperation() { be_greeted(); }
  EnvelopeCommands envelope{context, transaction};
};

TEST_F(ServerEnvelopeOperation, MailBeginsTheTransactionAndRcptFillsIt) {
  envelope.on_mail("FROM:<a@b.ru> SIZE=100 BODY=8BITMIME");
  envelope.on_rcpt("TO:<c@d.ru> NOTIFY=NEVER");
  EXPECT_EQ(said(), "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n");
  EXPECT_TRUE(transaction.begun && transaction.eight_bit);
  EXPECT_EQ(transaction.announced_size, 100);
  EXPECT_EQ(transaction.envelope.mail_from, "a@b.ru");
  EXPECT_EQ(transaction.envelope.mail_params, (std::vector<std::string>{"SIZE=100", "BODY=8BITMIME"}));
  EXPECT_EQ(transaction.envelope.rcpt_to, std::vector<std::string>{"c@d.ru"});
  EXPECT_EQ(transaction.envelope.rcpt_params[0], std::vector<std::string>{"NOTIFY=NEVER"});
  EXPECT_EQ(context.counters.letters, 1);
}

TEST_F(ServerEnvelopeOperation, RefusedMailLeavesNoTransaction) {
  handler.mail = refuse("550 5.7.1 Not you");
  envelope.on_mail("FROM:<a@b.ru>");
  EXPECT_EQ(said(), "550 5.7.1 Not you\r\n");
  EXPECT_FALSE(transaction.begun);
  EXPECT_EQ(transaction.envelope.mail_from, "");
  EXPECT_EQ(context.counters.letters, 0);
}

TEST_F(ServerEnvelopeOperation, MailOutOfOrderIsRefused) {
  transaction.begun = true;
  envelope.on_mail("FROM:<a@b.ru>");
  EXPECT_EQ(said(), "503 5.5.1 Sender already specified\r\n");
  options.require_auth = true;
  envelope.on_mail("FROM:<a@b.ru>");
  EXPECT_EQ(said(), "530 5.7.0 Authentication required\r\n");
  context.said_hello = false;
  envelope.on_mail("FROM:<a@b.ru>");
  EXPECT_EQ(said(), "503 5.5.1 Send EHLO first\r\n");
}

TEST_F(ServerEnvelopeOperation, LetterOverTheLimitOfASessionEndsIt) {
  options.limits.letters = 1;
  context.counters.letters = 1;
  envelope.on_mail("FROM:<a@b.ru>");
  EXPECT_EQ(said(), "421 4.7.0 sink.example Too many letters in one session\r\n");
  EXPECT_TRUE(context.is_closed());
}

TEST_F(ServerEnvelopeOperation, RecipientsOverTheLimitsAreNoFaultOfTheClient) {
  options.limits.recipients = 2;
  options.limits.recipient_domains = 1;
  envelope.on_mail("FROM:<>");
  envelope.on_rcpt("TO:<c@d.ru>");
  said();
  envelope.on_rcpt("TO:<c@other.ru>");
  EXPECT_EQ(said(), "452 4.5.3 Too many recipient domains\r\n");
  envelope.on_rcpt("TO:<e@D.RU>");
  EXPECT_EQ(said(), "250 2.1.5 Ok\r\n");
  envelope.on_rcpt("TO:<f@d.ru>");
  EXPECT_EQ(said(), "452 4.5.3 Too many recipients\r\n");
  EXPECT_EQ(context.counters.errors, 0);
}

TEST_F(ServerEnvelopeOperation, DiscardedRecipientIsAcceptedAndNotInTheEnvelope) {
  options.lmtp = true;
  handler.rcpt["drop@d.ru"] = {Verdict::Action::discard, {}, {}};
  envelope.on_mail("FROM:<a@b.ru>");
  envelope.on_rcpt("TO:<drop@d.ru>");
  envelope.on_rcpt("TO:<c@d.ru>");
  EXPECT_EQ(transaction.recipients, 2);
  EXPECT_EQ(transaction.kept, (std::vector<bool>{false, true}));
  EXPECT_EQ(transaction.envelope.rcpt_to, std::vector<std::string>{"c@d.ru"});
}

TEST_F(ServerEnvelopeOperation, NonAsciiAddressNeedsSmtpUtf8) {
  envelope.on_mail("FROM:<иван@b.ru>");
  EXPECT_EQ(said(), "553 5.6.7 A non-ASCII address needs SMTPUTF8\r\n");
  envelope.on_mail("FROM:<иван@b.ru> SMTPUTF8");
  envelope.on_rcpt("TO:<пётр@d.ru>");
  EXPECT_EQ(said(), "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n");
}

TEST_F(ServerEnvelopeOperation, RcptBehindTheFirstChunkIsTooLate) {
  begin_transaction();
  transaction.chunked = true;
  envelope.on_rcpt("TO:<e@f.ru>");
  EXPECT_EQ(said(), "503 5.5.1 The letter has begun\r\n");
  EXPECT_EQ(transaction.recipients, 1);
}

}  // namespace
}  // namespace gatepost::smtp::server
