#include "gatepost/smtp/client/bdat.hpp"

#include "client_operation.hpp"
#include "gatepost/smtp/client/letter_body.hpp"

namespace gatepost::smtp {
namespace {

using codes::Category;

constexpr std::size_t chunk = 64 * 1024;

struct BdatScript : OperationScript {
  BdatScript(std::size_t bytes, bool pipelining)
      : record(letter(1, {"a@b.ru"}, std::string(bytes, 'x')), Transcript(0)) {
    context.facts.pipelining = pipelining;
    body.begin(true);
  }
  /// The sizes in the BDAT lines of what is written now.
  std::string commands() {
    auto all = written();
    std::erase(all, 'x');
    return all;
  }

  LetterRecord record;
  LetterBody body{context, record};
};

TEST(Bdat, SmallLetterIsOneLastChunk) {
  BdatScript script(5, false);
  EXPECT_EQ(script.written(), "BDAT 5 LAST\r\nxxxxx");
  EXPECT_TRUE(script.body.out());
  expect_step(script.say("250 2.0.0 ok"), Progress::done);
  EXPECT_TRUE(script.record.outcome.recipients[0].accepted);
}

TEST(Bdat, ChunksRideTogetherWherePipelinedAndTheLastWaitsForThem) {
  BdatScript script(2 * chunk + 1, true);
  EXPECT_EQ(script.commands(), "BDAT 65536\r\nBDAT 65536\r\n");
  expect_step(script.say("250 ok"), Progress::more);
  EXPECT_EQ(script.commands(), "");
  expect_step(script.say("250 ok"), Progress::more);
  EXPECT_EQ(script.commands(), "BDAT 1 LAST\r\n");
}

TEST(Bdat, WithoutPipeliningEachChunkWaits) {
  BdatScript script(2 * chunk + 1, false);
  EXPECT_EQ(script.commands(), "BDAT 65536\r\n");
  expect_step(script.say("250 ok"), Progress::more);
  EXPECT_EQ(script.commands(), "BDAT 65536\r\n");
}

TEST(Bdat, RefusedChunkEndsTheLetterOnceAllOnTheirWayAreAnswered) {
  BdatScript script(2 * chunk + 1, true);
  script.commands();
  expect_step(script.say("552 5.3.4 too big"), Progress::more);
  EXPECT_EQ(script.commands(), "");
  EXPECT_FALSE(script.record.done);
  expect_step(script.say("503 5.5.1 no"), Progress::reset);
  EXPECT_TRUE(script.record.done);
  EXPECT_EQ(script.record.outcome.recipients[0].failure->code, 552);
}

TEST(Bdat, RefusedLastChunkAsksForReset) {
  BdatScript script(5, true);
  script.commands();
  expect_step(script.say("550 5.7.1 spam"), Progress::reset);
}

TEST(Bdat, WhatIsNoAnswerEndsTheSession) {
  BdatScript script(chunk + 1, true);
  script.commands();
  expect_ending(script.say("354 go"), Category::protocol_error);
}

}  // namespace
}  // namespace gatepost::smtp
