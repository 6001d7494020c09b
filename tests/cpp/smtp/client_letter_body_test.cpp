#include "gatepost/smtp/client/letter_body.hpp"

#include "client_operation.hpp"

namespace gatepost::smtp {
namespace {

using codes::Category;
using codes::Phase;

ClientOptions lmtp() {
  auto options = plain_options();
  options.lmtp = true;
  return options;
}

struct BodyScript : OperationScript {
  explicit BodyScript(ClientOptions options = plain_options(), std::string data = "x: y\r\n\r\n.hi\r\n")
      : OperationScript(std::move(options)), record(letter(1, {"a@b.ru", "c@d.ru"}, std::move(data)), Transcript(0)) {}

  LetterRecord record;
  LetterBody body{context, record};
};

TEST(LetterBody, IsWrittenWithItsDotAndAcceptedForAll) {
  BodyScript script;
  script.body.begin(false);
  EXPECT_EQ(script.context.wire.phase(), Phase::data) << "until its last byte is written";
  EXPECT_FALSE(script.body.out());
  EXPECT_EQ(script.written(), "x: y\r\n\r\n..hi\r\n.\r\n");
  EXPECT_TRUE(script.body.out());
  EXPECT_EQ(script.context.wire.phase(), Phase::final_);
  expect_step(script.say("250 2.0.0 Ok: queued as ABC"), Progress::done);
  EXPECT_TRUE(script.record.done);
  EXPECT_EQ(script.record.outcome.queue_id, "ABC");
  for (const auto& recipient : script.record.outcome.recipients) EXPECT_TRUE(recipient.accepted);
}

TEST(LetterBody, GoesOutInPortions) {
  BodyScript script(plain_options(), std::string(200'000, 'x') + "\r\n");
  script.body.begin(false);
  EXPECT_FALSE(script.context.wire.pull_body());
  EXPECT_TRUE(script.context.wire.hand_out());
  EXPECT_LE(script.context.wire.output().size(), Wire::max_output + 8);
  EXPECT_TRUE(script.context.wire.writing());
}

TEST(LetterBody, RefusalIsEverybodysInSmtpAndOnesOwnInLmtp) {
  BodyScript smtp;
  smtp.body.begin(false);
  smtp.written();
  expect_step(smtp.say("550 5.7.1 spam"), Progress::done);
  for (const auto& recipient : smtp.record.outcome.recipients) EXPECT_TRUE(recipient.failure);

  BodyScript each(lmtp());
  each.body.begin(false);
  each.written();
  expect_step(each.say("550 5.7.1 spam"), Progress::more);
  expect_step(each.say("250 2.0.0 Ok: queued as B"), Progress::done);
  EXPECT_TRUE(each.record.outcome.recipients[0].failure);
  EXPECT_TRUE(each.record.outcome.recipients[1].accepted);
  EXPECT_EQ(each.record.outcome.recipients[1].queue_id, "B");
}

TEST(LetterBody, ReplyBeforeItsEndEndsTheSession) {
  for (const std::string line : {"550 5.3.4 too big", "250 2.0.0 ok"}) {
    BodyScript script(plain_options(), std::string(200'000, 'x') + "\r\n");
    script.body.begin(false);
    script.context.wire.pull_body();
    script.context.wire.hand_out();
    expect_ending(script.say(line), Category::protocol_error);
    EXPECT_EQ(script.record.done, line.starts_with('5')) << "a refusal is known to be one";
  }
}

TEST(LetterBody, ShutdownInTheMiddleOfLmtpsRepliesLeavesTheOthersOpen) {
  BodyScript script(lmtp());
  script.body.begin(false);
  script.written();
  script.shut_down("421 4.3.2 bye");
  EXPECT_FALSE(script.record.done);
  EXPECT_TRUE(script.record.outcome.recipients[0].failure);
  EXPECT_FALSE(script.record.outcome.recipients[1].failure);
}

}  // namespace
}  // namespace gatepost::smtp
