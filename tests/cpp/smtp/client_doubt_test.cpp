#include "client_script.hpp"

namespace gatepost::smtp {
namespace {

using codes::Category;
using codes::Phase;

class ClientDoubt : public ClientTest {
 protected:
  static codes::Failure lost() { return codes::local_failure(Category::connection_lost, Phase::local, "gone"); }
};
INSTANTIATE_TEST_SUITE_P(, ClientDoubt, testing::Bool(), portions);

TEST_P(ClientDoubt, UntouchedUntilTheFirstReplyThenNot) {
  auto unanswered = ready({"PIPELINING"});
  unanswered.session.submit(letter(1, {"a@b.ru"}));
  unanswered.written();
  unanswered.session.fail(lost());
  auto outcome = unanswered.only_outcome();
  EXPECT_TRUE(outcome.untouched);
  EXPECT_EQ(outcome.recipients[0].failure->phase, Phase::mail);

  auto answered = ready({"PIPELINING"});
  answered.session.submit(letter(1, {"a@b.ru"}));
  answered.written();
  answered.say("250 ok\r\n");
  answered.session.fail(lost());
  outcome = answered.only_outcome();
  EXPECT_FALSE(outcome.untouched);
  EXPECT_EQ(outcome.recipients[0].failure->phase, Phase::rcpt);
  EXPECT_FALSE(outcome.recipients[0].failure->maybe_delivered);
}

TEST_P(ClientDoubt, MaybeDeliveredFromTheMomentTheFinalDotIsHandedOut) {
  for (const bool handed_out : {false, true}) {
    auto script = ready({"PIPELINING"});
    script.session.submit(letter(1, {"a@b.ru", "c@d.ru"}));
    script.written();
    script.say("250 ok\r\n250 ok\r\n550 5.1.1 unknown\r\n");
    script.written();
    script.say("354 go\r\n");
    if (handed_out) {
      EXPECT_TRUE(script.session.output().ends_with("\r\n.\r\n"));
    }
    script.session.fail(lost());
    const auto outcome = script.only_outcome();
    EXPECT_EQ(outcome.recipients[0].failure->maybe_delivered, handed_out);
    EXPECT_FALSE(outcome.recipients[1].failure->maybe_delivered) << "the refused one is in no doubt";
    EXPECT_EQ(outcome.recipients[1].failure->code, 550);
    EXPECT_EQ(script.session.output(), "");
  }
}

TEST_P(ClientDoubt, GarbageInPlaceOfTheFinalReplyLeavesTheLetterInDoubt) {
  for (const std::string_view words : {"what?\r\n", "354 go on\r\n"}) {
    auto script = ready({"PIPELINING"});
    script.session.submit(letter(1, {"a@b.ru"}));
    script.written();
    script.say("250 ok\r\n250 ok\r\n");
    script.written();
    script.say("354 go\r\n");
    script.written();
    script.say(words);
    const auto outcome = script.only_outcome();
    EXPECT_TRUE(outcome.recipients[0].failure->maybe_delivered);
    EXPECT_EQ(outcome.recipients[0].failure->category, Category::protocol_error);
  }
}

TEST_P(ClientDoubt, FourTwentyOneAsFinalReplyIsAnAnswerAndTheEnd) {
  auto script = ready({"PIPELINING"});
  script.session.submit(letter(1, {"a@b.ru"}));
  script.written();
  script.say("250 ok\r\n250 ok\r\n");
  script.written();
  script.say("354 go\r\n");
  script.written();
  script.say("421 4.3.0 try later\r\n");
  const auto outcome = script.only_outcome();
  EXPECT_EQ(outcome.final_reply.code, 421);
  EXPECT_EQ(outcome.recipients[0].failure->phase, Phase::final_);
  EXPECT_FALSE(outcome.recipients[0].failure->maybe_delivered);
  EXPECT_EQ(script.session.need(), Need::closed);
}

TEST_P(ClientDoubt, FourTwentyOneAtRcptEndsTheLetterWithThatReply) {
  auto script = ready({"PIPELINING"});
  script.session.submit(letter(1, {"a@b.ru", "c@d.ru", "e@f.ru"}));
  script.written();
  script.say("250 ok\r\n550 5.1.1 a\r\n421 4.7.0 enough\r\n");
  const auto outcome = script.only_outcome();
  EXPECT_EQ(outcome.recipients[0].failure->code, 550);
  EXPECT_EQ(outcome.recipients[1].failure->code, 421);
  EXPECT_EQ(outcome.recipients[2].failure->code, 421);
  EXPECT_EQ(outcome.recipients[2].failure->phase, Phase::rcpt);
  EXPECT_FALSE(outcome.untouched);
  EXPECT_EQ(script.session.failure()->code, 421);
}

}  // namespace
}  // namespace gatepost::smtp
