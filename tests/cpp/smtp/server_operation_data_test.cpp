#include "gatepost/smtp/server/operations/data_reception.hpp"
#include "server_operation.hpp"

namespace gatepost::smtp::server {
namespace {

class ServerDataReceptionOperation : public OperationTest {
 protected:
  ServerDataReceptionOperation() { begin_transaction(); }
  LetterEnd letter_end{context, transaction};
  DataReception data{context, transaction, letter_end};
};

TEST_F(ServerDataReceptionOperation, LetterInPartsIsDeliveredAndWhatIsBehindItIsLeft) {
  EXPECT_EQ(data.begin(""), Continuation::goes_on);
  EXPECT_EQ(said(), "354 End data with <CR><LF>.<CR><LF>\r\n");
  std::string_view bytes = "Subject: 1\r\n\r\n..d";
  EXPECT_EQ(data.read(bytes), Continuation::goes_on);
  EXPECT_EQ(said(), "");
  bytes = "ot\r\n.\r\nQUIT\r\n";
  EXPECT_EQ(data.read(bytes), Continuation::done);
  EXPECT_EQ(bytes, "QUIT\r\n");
  ASSERT_EQ(handler.letters.size(), 1);
  EXPECT_EQ(handler.letters[0].data, "Subject: 1\r\n\r\n.dot\r\n");
  EXPECT_TRUE(said().starts_with("250 2.0.0 Ok: queued as "));
  EXPECT_FALSE(transaction.begun);
  EXPECT_EQ(context.counters.letter_bytes, 24);
}

TEST_F(ServerDataReceptionOperation, EachLetterBeginsAnew) {
  for (int i = 0; i < 2; ++i) {
    begin_transaction();
    EXPECT_EQ(data.begin(""), Continuation::goes_on);
    std::string_view bytes = i == 0 ? "bare\n\r\n.\r\n" : "whole\r\n.\r\n";
    EXPECT_EQ(data.read(bytes), Continuation::done);
  }
  ASSERT_EQ(handler.letters.size(), 1) << "the first had a bare LF";
  EXPECT_EQ(handler.letters[0].data, "whole\r\n");
}

TEST_F(ServerDataReceptionOperation, RefusedByTheHandlerNoLetterComes) {
  handler.data = refuse("450 4.3.2 Not now");
  EXPECT_EQ(data.begin(""), Continuation::done);
  EXPECT_EQ(said(), "450 4.3.2 Not now\r\n");
  EXPECT_TRUE(transaction.begun);
}

TEST_F(ServerDataReceptionOperation, DelayedReplyIsHeldBackAndTheLetterComesBehindIt) {
  handler.data = delayed();
  EXPECT_EQ(data.begin(""), Continuation::goes_on);
  EXPECT_EQ(said(), "");
  context.release_replies();
  EXPECT_EQ(said(), "354 End data with <CR><LF>.<CR><LF>\r\n");
}

TEST_F(ServerDataReceptionOperation, LetterOverTheLimitIsReadToItsEndAndRefused) {
  options.limits.message_bytes = 5;
  data.begin("");
  said();
  std::string_view bytes = "far too long\r\n.\r\nQUIT\r\n";
  EXPECT_EQ(data.read(bytes), Continuation::done);
  EXPECT_EQ(bytes, "QUIT\r\n");
  EXPECT_EQ(said(), "552 5.3.4 Message size exceeds the maximum\r\n");
  EXPECT_TRUE(handler.letters.empty());
}

TEST_F(ServerDataReceptionOperation, OutOfOrderOnesAreRefused) {
  EXPECT_EQ(data.begin("now"), Continuation::done);
  EXPECT_EQ(said(), "501 5.5.4 Syntax: DATA\r\n");
  transaction.binary = true;
  data.begin("");
  EXPECT_EQ(said(), "503 5.5.1 A BINARYMIME letter goes by BDAT\r\n");
  transaction.chunked = true;
  data.begin("");
  EXPECT_EQ(said(), "503 5.5.1 The letter has begun with BDAT\r\n");
  transaction.reset();
  data.begin("");
  EXPECT_EQ(said(), "503 5.5.1 Need MAIL first\r\n");
  EXPECT_EQ(handler.asked_for_data, 0);
}

TEST_F(ServerDataReceptionOperation, WithoutAnAcceptedRecipientItIsRefusedOnceWithoutBlame) {
  transaction.recipients = 0;
  transaction.asked = true;
  data.begin("");
  EXPECT_EQ(said(), "554 5.5.1 No valid recipients\r\n");
  EXPECT_EQ(context.counters.errors, 0);
  data.begin("");
  EXPECT_EQ(said(), "503 5.5.1 Need RCPT first\r\n");
  EXPECT_EQ(context.counters.errors, 1);
}

}  // namespace
}  // namespace gatepost::smtp::server
