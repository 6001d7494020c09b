#include "gatepost/smtp/client/wire.hpp"

#include "client_operation.hpp"

namespace gatepost::smtp {
namespace {

using codes::Phase;
using std::chrono::microseconds;

struct Nothing : Operation {
  using Operation::Operation;
  Step on_reply(const Expected& /*to*/) override { return Progress::done; }
};

struct WireScript : OperationScript {
  Nothing operation{context};
  Wire wire{Wire::Instant{}};

  void command(std::string_view line, Phase phase, microseconds* waited = nullptr) {
    wire.staged().append(line);
    wire.expect({.from = &operation, .phase = phase, .waited = waited});
  }
};

TEST(Wire, ReplyIsAwaitedOnlyOnceItsCommandIsHandedOut) {
  WireScript script;
  EXPECT_TRUE(script.wire.quiet());
  script.command("NOOP\r\n", Phase::mail);
  EXPECT_FALSE(script.wire.quiet());
  EXPECT_FALSE(script.wire.awaited());
  EXPECT_EQ(script.wire.output(), "");
  EXPECT_TRUE(script.wire.hand_out());
  EXPECT_EQ(script.wire.output(), "NOOP\r\n");
  EXPECT_TRUE(script.wire.awaited());
  script.wire.pop();
  EXPECT_TRUE(script.wire.quiet());
}

TEST(Wire, CommandStagedBehindTheOutputIsNotAwaitedYet) {
  WireScript script;
  script.command("A\r\n", Phase::mail);
  script.wire.hand_out();
  script.command("B\r\n", Phase::rcpt);
  EXPECT_EQ(script.wire.phase(), Phase::mail);
  script.wire.pop();
  EXPECT_EQ(script.wire.phase(), Phase::rcpt);
  EXPECT_FALSE(script.wire.awaited());
}

TEST(Wire, OutputStaysUntilConsumedEvenWhenAllElseIsDropped) {
  WireScript script;
  script.command("A\r\n", Phase::mail);
  script.wire.hand_out();
  const auto view = script.wire.output();
  script.wire.consume(1);
  EXPECT_EQ(script.wire.output(), "\r\n");
  script.wire.drop();
  EXPECT_EQ(view, "A\r\n");
  EXPECT_EQ(script.wire.output(), "");
  EXPECT_TRUE(script.wire.quiet());
}

TEST(Wire, WaitCountsWhereTheCommandSaysAndPipelinedOnesShareIt) {
  WireScript script;
  microseconds first{0};
  microseconds second{0};
  script.command("A\r\n", Phase::mail, &first);
  script.command("B\r\n", Phase::rcpt, &second);
  script.wire.hand_out();
  const Wire::Instant came{microseconds(30)};
  script.wire.note_wait(came);
  script.wire.pop();
  script.wire.note_wait(came);
  EXPECT_EQ(first.count(), 30);
  EXPECT_EQ(second.count(), 0);
}

TEST(Wire, WhileABodyIsWrittenItsReplySpeaksOfTheData) {
  WireScript script;
  EXPECT_EQ(script.wire.phase(), Phase::mail);
  script.wire.write_body_of(script.operation);
  EXPECT_EQ(script.wire.phase(), Phase::data);
  script.command("", Phase::final_);
  EXPECT_EQ(script.wire.phase(), Phase::data);
  EXPECT_TRUE(script.wire.pull_body());
  EXPECT_FALSE(script.wire.writing());
  EXPECT_EQ(script.wire.phase(), Phase::final_);
}

}  // namespace
}  // namespace gatepost::smtp
