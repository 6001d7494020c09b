#include "gatepost/smtp/client/reset.hpp"

#include "client_operation.hpp"
#include "gatepost/smtp/client/quit.hpp"

namespace gatepost::smtp {
namespace {

using codes::Category;
using codes::Phase;

TEST(Reset, IsPendingUntilAccepted) {
  OperationScript script;
  Reset reset(script.context);
  reset.begin();
  EXPECT_TRUE(reset.pending());
  EXPECT_EQ(script.written(), "RSET\r\n");
  expect_step(script.say("250 ok"), Progress::done);
  EXPECT_FALSE(reset.pending());
  EXPECT_FALSE(reset.refused());
}

TEST(Reset, RefusalStandsWhateverComesLater) {
  OperationScript script;
  Reset reset(script.context);
  reset.begin();
  reset.begin();
  script.written();
  expect_step(script.say("502 5.5.1 what"), Progress::done);
  EXPECT_TRUE(reset.refused());
  expect_step(script.say("250 ok"), Progress::done);
  EXPECT_TRUE(reset.refused());
}

TEST(Reset, BehindALoneDotTheReplyToTheDotChangesNothing) {
  for (const auto* line : {"250 ok", "554 5.5.1 no recipients"}) {
    OperationScript script;
    Reset reset(script.context);
    reset.begin_behind_dot();
    EXPECT_EQ(script.written(), ".\r\nRSET\r\n");
    EXPECT_EQ(script.context.wire.phase(), Phase::final_);
    expect_step(script.say(line), Progress::done);
    EXPECT_TRUE(reset.pending());
    expect_step(script.say("250 ok"), Progress::done);
    EXPECT_FALSE(reset.pending());
  }
}

TEST(Reset, WhatIsNoAnswerEndsTheSession) {
  OperationScript script;
  Reset reset(script.context);
  reset.begin();
  script.written();
  expect_ending(script.say("354 go"), Category::protocol_error);
}

TEST(Quit, AnyReplyClosesTheSession) {
  for (const auto* line : {"221 bye", "250 ok", "500 what"}) {
    OperationScript script;
    Quit quit(script.context);
    EXPECT_FALSE(quit.sent());
    quit.begin();
    EXPECT_TRUE(quit.sent());
    EXPECT_EQ(script.written(), "QUIT\r\n");
    expect_step(script.say(line), Progress::closed);
  }
}

}  // namespace
}  // namespace gatepost::smtp
