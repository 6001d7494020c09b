#include "client_script.hpp"

namespace gatepost::smtp {
namespace {

using codes::Category;
using codes::Phase;

constexpr std::size_t chunk = 64 * 1024;
const std::string head = "Subject: x\r\n\r\n";
const std::string big = head + std::string(2 * chunk, 'y') + "\r\n";

class ClientChunking : public ClientTest {
 protected:
  static ClientOptions chunking_options() {
    auto options = plain_options();
    options.chunking = true;
    return options;
  }
  /// A letter of `data` to two recipients, the second refused; BDAT is next.
  ClientScript envelope_answered(const std::string& data, bool pipelining = true) {
    auto script = pipelining ? ready({"PIPELINING", "CHUNKING", "8BITMIME"}, chunking_options())
                             : ready({"CHUNKING", "8BITMIME"}, chunking_options());
    script.session.submit(letter(1, {"a@b.ru", "c@d.ru"}, data));
    script.written();
    script.say("250 ok\r\n");
    if (!pipelining) script.written();
    script.say("250 ok\r\n");
    if (!pipelining) script.written();
    script.say("550 5.1.1 no\r\n");
    return script;
  }
  static std::string first_chunk() { return "BDAT 65536\r\n" + big.substr(0, chunk); }
  static std::string second_chunk() { return "BDAT 65536\r\n" + big.substr(chunk, chunk); }
  static std::string last_chunk() { return "BDAT 16 LAST\r\n" + big.substr(2 * chunk); }
};
INSTANTIATE_TEST_SUITE_P(, ClientChunking, testing::Bool(), portions);

TEST_P(ClientChunking, SmallLetterGoesInOneChunkWithoutDotStuffing) {
  auto script = envelope_answered(".\r\n..\r\n.x\r\n");
  EXPECT_EQ(script.session.phase(), Phase::data);
  EXPECT_EQ(script.session.need(), Need::read);
  script.expect("BDAT 11 LAST\r\n.\r\n..\r\n.x\r\n");
  EXPECT_EQ(script.session.phase(), Phase::final_);
  script.say("250 2.0.0 Ok: queued as Q1\r\n");
  const auto outcome = script.only_outcome();
  EXPECT_TRUE(outcome.recipients[0].accepted);
  EXPECT_EQ(outcome.recipients[1].failure->code, 550);
  EXPECT_EQ(outcome.queue_id, "Q1");
  EXPECT_NE(outcome.transcript.find("C: BDAT 11 LAST\n"), std::string::npos);
  EXPECT_EQ(script.session.need(), Need::letter);
}

TEST_P(ClientChunking, BigLetterGoesInChunksTheLastOfWhichWaitsForTheOthers) {
  auto script = envelope_answered(big);
  script.expect(first_chunk() + second_chunk());
  EXPECT_EQ(script.session.phase(), Phase::data);
  script.say("250 ok\r\n");
  script.expect("");
  EXPECT_EQ(script.session.need(), Need::read);
  script.say("250 ok\r\n");
  EXPECT_EQ(script.session.need(), Need::read);
  EXPECT_FALSE(script.session.wants_letter());
  script.expect(last_chunk());
  EXPECT_EQ(script.session.phase(), Phase::final_);
  script.say("250 ok\r\n");
  EXPECT_TRUE(script.only_outcome().recipients[0].accepted);
}

TEST_P(ClientChunking, OutputStaysBounded) {
  auto script = envelope_answered(big);
  std::size_t parts = 0;
  for (auto part = script.session.output(); !part.empty(); part = script.session.output()) {
    EXPECT_LE(part.size(), chunk + 20);
    script.session.consume_output(part.size());
    ++parts;
  }
  EXPECT_EQ(parts, 2u);
}

TEST_P(ClientChunking, WithoutPipeliningEachChunkWaitsForTheOneBefore) {
  auto script = envelope_answered(big, false);
  script.expect(first_chunk());
  script.say("250 ok\r\n");
  script.expect(second_chunk());
  script.say("250 ok\r\n");
  script.expect(last_chunk());
  script.say("250 ok\r\n");
  EXPECT_TRUE(script.only_outcome().recipients[0].accepted);
}

TEST_P(ClientChunking, RefusedChunkEndsTheLetterAndIsFollowedByReset) {
  auto script = envelope_answered(big);
  script.written();
  script.say("452 4.3.1 disk full\r\n");
  script.expect("");
  EXPECT_TRUE(script.session.take_outcomes().empty()) << "the second chunk is still to be answered";
  script.say("503 5.5.1 no\r\n");
  const auto outcome = script.only_outcome();
  EXPECT_EQ(outcome.recipients[0].failure->code, 452);
  EXPECT_EQ(outcome.recipients[0].failure->phase, Phase::data);
  EXPECT_FALSE(outcome.recipients[0].failure->maybe_delivered);
  EXPECT_EQ(outcome.recipients[1].failure->code, 550);
  EXPECT_EQ(outcome.final_reply.code, 0);
  script.expect("RSET\r\n");
  script.say("250 ok\r\n");
  EXPECT_EQ(script.session.need(), Need::letter);
}

TEST_P(ClientChunking, ChunkAcceptedBehindARefusedOneSavesNothing) {
  auto script = envelope_answered(big);
  script.written();
  script.say("554 5.6.0 no\r\n250 ok\r\n");
  EXPECT_EQ(script.only_outcome().recipients[0].failure->code, 554);
  script.expect("RSET\r\n");
}

TEST_P(ClientChunking, ChunkRefusedWhileItIsWrittenIsWrittenToItsEnd) {
  auto script = envelope_answered(big);
  const std::string part(script.session.output());
  script.session.consume_output(1000);
  script.say("552 5.3.4 too big\r\n");
  EXPECT_EQ(script.only_outcome().recipients[0].failure->code, 552);
  script.expect(part.substr(1000) + "RSET\r\n");
}

TEST_P(ClientChunking, RefusedLastChunkIsTheFinalReplyAndResets) {
  auto script = envelope_answered(head);
  script.written();
  script.say("554 5.7.1 spam\r\n");
  const auto outcome = script.only_outcome();
  EXPECT_EQ(outcome.recipients[0].failure->phase, Phase::final_);
  EXPECT_EQ(outcome.final_reply.code, 554);
  script.expect("RSET\r\n");
}

TEST_P(ClientChunking, InDoubtOnlyFromTheLastChunkOn) {
  const auto lost = codes::local_failure(Category::connection_lost, Phase::local, "gone");
  auto script = envelope_answered(big);
  script.written();
  script.say("250 ok\r\n250 ok\r\n");
  script.session.fail(lost);
  EXPECT_FALSE(script.only_outcome().recipients[0].failure->maybe_delivered);

  auto later = envelope_answered(big);
  later.written();
  later.say("250 ok\r\n250 ok\r\n");
  later.written();
  later.session.fail(lost);
  EXPECT_TRUE(later.only_outcome().recipients[0].failure->maybe_delivered);
}

TEST_P(ClientChunking, WhatIsNoAnswerToAChunkEndsTheSession) {
  auto script = envelope_answered(big);
  script.written();
  script.say("354 go on\r\n");
  EXPECT_EQ(script.session.need(), Need::closed);
  EXPECT_EQ(script.only_outcome().recipients[0].failure->category, Category::protocol_error);
}

TEST_P(ClientChunking, NoRecipientNoChunk) {
  auto script = ready({"PIPELINING", "CHUNKING"}, chunking_options());
  script.session.submit(letter(1, {"a@b.ru"}));
  script.written();
  script.say("250 ok\r\n550 no\r\n");
  script.expect("RSET\r\n");
}

TEST_P(ClientChunking, LetterWhoseLinesNeedMendingGoesByData) {
  for (const std::string data : {"a\nb\r\n", "a\rb\r\n", "a", "a\r\nb\r", "\nb\r\n", "a\r\n\r"}) {
    auto script = envelope_answered(data);
    script.expect("DATA\r\n");
  }
}

TEST_P(ClientChunking, NotOfferedOrNotAskedForMeansData) {
  auto not_offered = ready({"PIPELINING"}, chunking_options());
  auto not_asked = ready({"PIPELINING", "CHUNKING"});
  for (auto* script : {&not_offered, &not_asked}) {
    script->session.submit(letter(1, {"a@b.ru"}));
    script->written();
    script->say("250 ok\r\n250 ok\r\n");
    script->expect("DATA\r\n");
  }
}

TEST_P(ClientChunking, EmptyLetterIsAnEmptyLastChunk) {
  auto script = envelope_answered("");
  script.expect("BDAT 0 LAST\r\n");
  script.say("250 ok\r\n");
  EXPECT_TRUE(script.only_outcome().recipients[0].accepted);
}

TEST_P(ClientChunking, NothingRidesBehindTheLastChunk) {
  auto options = chunking_options();
  options.one_round_trip = true;
  auto script = ready({"PIPELINING", "CHUNKING"}, options);
  script.session.submit(letter(1, {"a@b.ru"}));
  script.expect("MAIL FROM:<from@a.ru>\r\nRCPT TO:<a@b.ru>\r\n");
  script.say("250 ok\r\n250 ok\r\n");
  EXPECT_FALSE(script.session.wants_letter());
  script.written();
  EXPECT_FALSE(script.session.wants_letter());
  script.say("250 ok\r\n");
  EXPECT_TRUE(script.session.wants_letter());
}

TEST_P(ClientChunking, BinaryLetterGoesByBdatAsItIs) {
  const std::string data("a\0\n\r\xff.", 6);
  auto binary = letter(1, {"a@b.ru"}, data);
  auto requests = std::make_shared<LetterRequests>();
  requests->binary = true;
  binary.requests = requests;
  auto script = ready({"PIPELINING", "CHUNKING", "BINARYMIME"});
  script.session.submit(binary);
  script.expect("MAIL FROM:<from@a.ru> BODY=BINARYMIME\r\nRCPT TO:<a@b.ru>\r\n");
  script.say("250 ok\r\n250 ok\r\n");
  script.expect("BDAT 6 LAST\r\n" + data);

  for (const std::string only : {"CHUNKING", "BINARYMIME"}) {
    auto lacking = ready({"PIPELINING", "8BITMIME", only});
    lacking.session.submit(binary);
    lacking.expect("");
    EXPECT_EQ(lacking.only_outcome().recipients[0].failure->category, Category::feature_unsupported);
  }
}

}  // namespace
}  // namespace gatepost::smtp
