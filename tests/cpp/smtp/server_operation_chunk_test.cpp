#include "gatepost/smtp/server/operations/chunk_reception.hpp"
#include "server_operation.hpp"

namespace gatepost::smtp::server {
namespace {

class ServerChunkReceptionOperation : public OperationTest {
 protected:
  ServerChunkReceptionOperation() { begin_transaction(); }
  /// A whole chunk; what is left of `bytes`.
  std::string_view take(std::string_view arguments, std::string_view bytes) {
    if (chunk.begin(arguments) == Continuation::goes_on) {
      EXPECT_EQ(chunk.read(bytes), Continuation::done);
    }
    return bytes;
  }
  LetterEnd letter_end{context, transaction};
  ChunkReception chunk{context, transaction, letter_end};
};

TEST_F(ServerChunkReceptionOperation, ChunksMakeALetter) {
  EXPECT_EQ(take("6", "first\nQUIT\r\n"), "QUIT\r\n");
  EXPECT_EQ(said(), "250 2.0.0 6 bytes received\r\n");
  options.leniency.bare_newlines = true;
  take("3 last", ".\r\n");
  ASSERT_EQ(handler.letters.size(), 1);
  EXPECT_EQ(handler.letters[0].data, "first\n.\r\n");
  EXPECT_TRUE(handler.letters[0].envelope.bare_newlines);
  EXPECT_EQ(handler.asked_for_data, 1);
  EXPECT_FALSE(transaction.begun);
}

TEST_F(ServerChunkReceptionOperation, EmptyLastChunkEndsTheLetterAtOnce) {
  take("3", "x\r\n");
  EXPECT_EQ(chunk.begin("0 LAST"), Continuation::done);
  ASSERT_EQ(handler.letters.size(), 1);
  EXPECT_EQ(handler.letters[0].data, "x\r\n");
}

TEST_F(ServerChunkReceptionOperation, EachLetterBeginsAnew) {
  handler.data = refuse("450 4.3.2 Not now");
  take("1 LAST", std::string_view("\0", 1));
  EXPECT_EQ(said(), "450 4.3.2 Not now\r\n");
  handler.data = {};
  begin_transaction();
  take("3 LAST", "x\r\n");
  ASSERT_EQ(handler.letters.size(), 1);
  EXPECT_FALSE(handler.letters[0].envelope.nul_octets);
}

TEST_F(ServerChunkReceptionOperation, RefusedLetterIsReadAwayChunkByChunk) {
  handler.data = refuse("450 4.3.2 Not now");
  EXPECT_EQ(take("5", "RSET\nQUIT\r\n"), "QUIT\r\n");
  EXPECT_EQ(take("5 LAST", "RSET\n"), "");
  EXPECT_EQ(said(), "450 4.3.2 Not now\r\n450 4.3.2 Not now\r\n");
  EXPECT_TRUE(transaction.letter.empty());
  EXPECT_EQ(handler.asked_for_data, 1);
}

TEST_F(ServerChunkReceptionOperation, LetterOverTheLimitIsRefusedFromThatChunkOn) {
  options.limits.message_bytes = 5;
  take("4", "x\r\ny");
  EXPECT_EQ(said(), "250 2.0.0 4 bytes received\r\n");
  take("2", "\r\n");
  take("0 LAST", "");
  EXPECT_EQ(said(), "552 5.3.4 Message size exceeds the maximum\r\n552 5.3.4 Message size exceeds the maximum\r\n");
  EXPECT_TRUE(handler.letters.empty());
}

TEST_F(ServerChunkReceptionOperation, DelayedVerdictHoldsTheChunkBack) {
  handler.data = delayed();
  EXPECT_EQ(chunk.begin("0 LAST"), Continuation::goes_on);
  EXPECT_TRUE(handler.letters.empty());
  context.release_replies();
  EXPECT_EQ(chunk.resume(), Continuation::done);
  EXPECT_EQ(handler.letters.size(), 1);
}

TEST_F(ServerChunkReceptionOperation, StrayChunkIsReadAwayAndThenRefused) {
  transaction.reset();
  EXPECT_EQ(take("6", "RSET\r\nQUIT\r\n"), "QUIT\r\n");
  EXPECT_EQ(said(), "503 5.5.1 Need MAIL first\r\n");
  options.extensions.chunking = false;
  EXPECT_EQ(take("6", "RSET\r\nQUIT\r\n"), "QUIT\r\n");
  EXPECT_EQ(said(), "502 5.5.1 BDAT is not offered\r\n");
  EXPECT_EQ(handler.asked_for_data, 0);
}

TEST_F(ServerChunkReceptionOperation, WithoutASizeNobodyKnowsWhereItEnds) {
  for (const auto* const arguments : {"", "LAST", "-1", "1x", "1 FIRST", "18446744073709551616"}) {
    SessionContext fresh(options, handler, ServerPeer{});
    ChunkReception other(fresh, transaction, letter_end);
    EXPECT_EQ(other.begin(arguments), Continuation::done) << arguments;
    EXPECT_TRUE(fresh.is_closed()) << arguments;
  }
}

}  // namespace
}  // namespace gatepost::smtp::server
