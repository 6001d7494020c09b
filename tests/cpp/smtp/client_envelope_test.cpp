#include "gatepost/smtp/client/envelope_commands.hpp"

#include "client_operation.hpp"
#include "gatepost/smtp/client/transaction.hpp"

namespace gatepost::smtp {
namespace {

using codes::Category;
using codes::Phase;

struct EnvelopeScript : OperationScript {
  explicit EnvelopeScript(bool pipelining, ClientOptions options = plain_options())
      : OperationScript(std::move(options)) {
    context.facts.pipelining = pipelining;
  }
  Transaction transaction{context, letter(1, {"a@b.ru", "c@d.ru"})};
  LetterRecord& record = transaction.record;

  void begin() {
    transaction.check();
    transaction.envelope.begin();
  }
};

TEST(Envelope, WithoutPipeliningEachCommandWaitsForTheReplyToTheLast) {
  EnvelopeScript script(false);
  script.begin();
  EXPECT_EQ(script.written(), "MAIL FROM:<from@a.ru>\r\n");
  expect_step(script.say("250 ok"), Progress::more);
  EXPECT_EQ(script.written(), "RCPT TO:<a@b.ru>\r\n");
  expect_step(script.say("250 ok"), Progress::more);
  EXPECT_EQ(script.written(), "RCPT TO:<c@d.ru>\r\n");
  expect_step(script.say("250 ok"), Progress::more);
  EXPECT_EQ(script.written(), "DATA\r\n");
  EXPECT_FALSE(script.transaction.body.begun());
  expect_step(script.say("354 go"), Progress::more);
  EXPECT_TRUE(script.transaction.body.begun());
}

TEST(Envelope, PipelinedRecipientsShareAWriteAndDataJoinsInOneRoundTrip) {
  EnvelopeScript script(true);
  script.begin();
  EXPECT_EQ(script.written(), "MAIL FROM:<from@a.ru>\r\nRCPT TO:<a@b.ru>\r\nRCPT TO:<c@d.ru>\r\n");

  auto options = plain_options();
  options.one_round_trip = true;
  EnvelopeScript quick(true, options);
  quick.begin();
  EXPECT_EQ(quick.written(), "MAIL FROM:<from@a.ru>\r\nRCPT TO:<a@b.ru>\r\nRCPT TO:<c@d.ru>\r\nDATA\r\n");
}

TEST(Envelope, RefusedRecipientDoesNotStopTheOther) {
  EnvelopeScript script(true);
  script.begin();
  script.written();
  expect_step(script.say("250 ok"), Progress::more);
  expect_step(script.say("550 5.1.1 no such user"), Progress::more);
  expect_step(script.say("250 ok"), Progress::more);
  EXPECT_EQ(script.written(), "DATA\r\n");
  EXPECT_EQ(script.record.alive, 1u);
  EXPECT_EQ(script.record.outcome.recipients[0].failure->category, Category::recipient_unknown);
  EXPECT_FALSE(script.record.outcome.recipients[1].failure);
}

TEST(Envelope, WithNobodyLeftTheTransactionIsResetOnlyWhereTheServerOpenedIt) {
  EnvelopeScript opened(true);
  opened.begin();
  opened.written();
  expect_step(opened.say("250 ok"), Progress::more);
  expect_step(opened.say("550 5.1.1 no"), Progress::more);
  expect_step(opened.say("550 5.1.1 no"), Progress::reset);
  EXPECT_TRUE(opened.record.done);

  EnvelopeScript closed(false);
  closed.begin();
  closed.written();
  expect_step(closed.say("550 5.7.1 not from you"), Progress::done);
  EXPECT_TRUE(closed.record.done);
}

TEST(Envelope, ServerThatWantsALetterForNobodyGetsALoneDot) {
  auto options = plain_options();
  options.one_round_trip = true;
  EnvelopeScript script(true, options);
  script.begin();
  script.written();
  expect_step(script.say("250 ok"), Progress::more);
  expect_step(script.say("550 5.1.1 no"), Progress::more);
  expect_step(script.say("550 5.1.1 no"), Progress::more);
  expect_step(script.say("354 go"), Progress::dot_and_reset);
  EXPECT_TRUE(script.record.done);
  EXPECT_FALSE(script.transaction.body.begun());
}

TEST(Envelope, WhatIsNoAnswerEndsTheSession) {
  EnvelopeScript script(true);
  script.begin();
  script.written();
  EXPECT_EQ(expect_ending(script.say("354 go"), Category::protocol_error).phase, Phase::mail);
}

TEST(Envelope, ShutdownIsTheFailureOfEveryRecipient) {
  EnvelopeScript script(true);
  script.begin();
  script.written();
  script.shut_down("421 4.3.2 bye");
  EXPECT_TRUE(script.record.done);
  for (const auto& recipient : script.record.outcome.recipients) EXPECT_EQ(recipient.failure->code, 421);
}

TEST(Envelope, BreakingOffKnowsWhetherAnythingWasAnswered) {
  const auto lost = codes::local_failure(Category::connection_lost, Phase::mail, "gone");
  EnvelopeScript fresh(true);
  fresh.begin();
  fresh.written();
  fresh.transaction.break_off(lost);
  EXPECT_TRUE(fresh.record.outcome.untouched);

  EnvelopeScript answered(true);
  answered.begin();
  answered.written();
  expect_step(answered.say("250 ok"), Progress::more);
  answered.transaction.break_off(lost);
  EXPECT_FALSE(answered.record.outcome.untouched);
  EXPECT_FALSE(answered.record.outcome.recipients[0].failure->maybe_delivered);
}

}  // namespace
}  // namespace gatepost::smtp
