#include "client_script.hpp"

namespace gatepost::smtp {
namespace {

using codes::Category;
using codes::Phase;

constexpr std::string_view body = "Subject: x\r\n\r\nhi\r\n.\r\n";

class ClientLmtp : public ClientTest {
 protected:
  static ClientOptions lmtp_options(bool one_round_trip = false) {
    auto options = plain_options();
    options.lmtp = true;
    options.one_round_trip = one_round_trip;
    return options;
  }
  ClientScript greeted(const std::vector<std::string>& extensions, bool one_round_trip = false) {
    auto script = start(lmtp_options(one_round_trip));
    script.say("220 mx LMTP\r\n");
    script.expect("LHLO me.example\r\n");
    script.say(ClientScript::ehlo_reply(extensions));
    script.expect("");
    EXPECT_EQ(script.session.need(), Need::letter);
    return script;
  }
  /// A letter to a, b and c of which b is refused at RCPT, its body written.
  ClientScript body_sent() {
    auto script = greeted({"PIPELINING"});
    script.session.submit(letter(1, {"a@x.ru", "b@x.ru", "c@x.ru"}));
    script.expect("MAIL FROM:<from@a.ru>\r\nRCPT TO:<a@x.ru>\r\nRCPT TO:<b@x.ru>\r\nRCPT TO:<c@x.ru>\r\n");
    script.say("250 ok\r\n250 ok\r\n550 5.1.1 unknown\r\n250 ok\r\n");
    script.expect("DATA\r\n");
    script.say("354 go\r\n");
    script.expect(body);
    EXPECT_EQ(script.session.phase(), Phase::final_);
    return script;
  }
  static codes::Failure lost() { return codes::local_failure(Category::connection_lost, Phase::local, "gone"); }
};
INSTANTIATE_TEST_SUITE_P(, ClientLmtp, testing::Bool(), portions);

TEST_P(ClientLmtp, EveryAcceptedRecipientHasAReplyOfItsOwn) {
  auto script = body_sent();
  script.say("250 2.1.5 <a@x.ru> queued as A1\r\n");
  EXPECT_TRUE(script.session.take_outcomes().empty());
  EXPECT_EQ(script.session.phase(), Phase::final_);
  script.say("552 5.2.2 <c@x.ru> over quota\r\n");
  const auto outcome = script.only_outcome();
  EXPECT_TRUE(outcome.recipients[0].accepted && !outcome.recipients[0].failure);
  EXPECT_EQ(outcome.recipients[1].failure->phase, Phase::rcpt);
  EXPECT_FALSE(outcome.recipients[2].accepted);
  EXPECT_EQ(outcome.recipients[2].failure->phase, Phase::final_);
  EXPECT_EQ(outcome.recipients[2].failure->code, 552);
  EXPECT_EQ(outcome.final_reply.code, 552) << "the last";
  EXPECT_EQ(outcome.recipients[0].reply.value().code, 250);
  EXPECT_EQ(outcome.recipients[0].queue_id, "A1");
  EXPECT_EQ(outcome.queue_id, "A1");
  EXPECT_EQ(script.session.need(), Need::letter);
}

TEST_P(ClientLmtp, LostConnectionLeavesOnlyTheUnansweredInDoubt) {
  auto script = body_sent();
  script.say("250 ok\r\n");
  script.session.fail(lost());
  const auto outcome = script.only_outcome();
  EXPECT_TRUE(outcome.recipients[0].accepted && !outcome.recipients[0].failure);
  EXPECT_FALSE(outcome.recipients[1].failure->maybe_delivered);
  EXPECT_TRUE(outcome.recipients[2].failure->maybe_delivered);
  EXPECT_FALSE(outcome.untouched);
}

TEST_P(ClientLmtp, FourTwentyOneAnswersForItsRecipientAlone) {
  auto script = body_sent();
  script.say("421 4.3.2 shutting down\r\n");
  EXPECT_EQ(script.session.need(), Need::closed);
  const auto outcome = script.only_outcome();
  EXPECT_EQ(outcome.recipients[0].failure->code, 421);
  EXPECT_FALSE(outcome.recipients[0].failure->maybe_delivered);
  EXPECT_TRUE(outcome.recipients[2].failure->maybe_delivered) << "of this one nothing was said";
}

TEST_P(ClientLmtp, ReplyBeyondTheLastRecipientIsUnasked) {
  auto script = body_sent();
  script.say("250 ok\r\n250 ok\r\n250 one too many\r\n");
  EXPECT_EQ(script.only_outcome().final_reply.code, 250);
  EXPECT_EQ(script.session.need(), Need::closed);
  EXPECT_EQ(script.session.failure()->category, Category::protocol_error);
}

TEST_P(ClientLmtp, RefusedLhloIsNotAnsweredWithHelo) {
  auto script = start(lmtp_options());
  script.say("220 mx\r\n");
  script.written();
  script.say("500 5.5.1 this is SMTP\r\n");
  script.expect("");
  EXPECT_EQ(script.session.need(), Need::closed);
  EXPECT_EQ(script.session.failure()->phase, Phase::ehlo);
}

TEST_P(ClientLmtp, AllOrNothingMeansNothing) {
  auto script = greeted({"PIPELINING"});
  auto strict = letter(1, {"a@x.ru", "b@x.ru"});
  strict.all_or_nothing = true;
  script.session.submit(strict);
  script.written();
  script.say("250 ok\r\n550 no\r\n250 ok\r\n");
  script.expect("DATA\r\n");
}

TEST_P(ClientLmtp, WithoutPipeliningTheRepliesStillBelongToTheirRecipients) {
  auto script = greeted({});
  script.session.submit(letter(1, {"a@x.ru", "b@x.ru"}));
  script.expect("MAIL FROM:<from@a.ru>\r\n");
  script.say("250 ok\r\n");
  script.expect("RCPT TO:<a@x.ru>\r\n");
  script.say("250 ok\r\n");
  script.expect("RCPT TO:<b@x.ru>\r\n");
  script.say("250 ok\r\n");
  script.expect("DATA\r\n");
  script.say("354 go\r\n");
  script.expect(body);
  script.say("452 4.2.2 full\r\n250 ok\r\n");
  const auto outcome = script.only_outcome();
  EXPECT_EQ(outcome.recipients[0].failure->code, 452);
  EXPECT_TRUE(outcome.recipients[1].accepted);
}

TEST_P(ClientLmtp, OneRoundTripGroupsRideBehindTheRepliesOfAllRecipients) {
  auto script = greeted({"PIPELINING"}, true);
  script.session.submit(letter(1, {"a@x.ru", "b@x.ru"}));
  script.expect("MAIL FROM:<from@a.ru>\r\nRCPT TO:<a@x.ru>\r\nRCPT TO:<b@x.ru>\r\nDATA\r\n");
  script.say("250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n");
  script.session.submit(letter(2, {"c@x.ru"}));
  script.expect(std::string(body) + "MAIL FROM:<from@a.ru>\r\nRCPT TO:<c@x.ru>\r\nDATA\r\n");
  script.say("250 a\r\n550 5.7.1 b\r\n250 ok\r\n250 ok\r\n354 go\r\n");
  const auto first = script.only_outcome();
  EXPECT_TRUE(first.recipients[0].accepted);
  EXPECT_EQ(first.recipients[1].failure->code, 550);
  script.expect(body);
  script.say("250 c\r\n");
  EXPECT_TRUE(script.only_outcome().recipients[0].accepted);
}

TEST_P(ClientLmtp, ServerThatWantsALetterForNobodyIsLeft) {
  auto script = greeted({"PIPELINING"}, true);
  script.session.submit(letter(1, {"a@x.ru"}));
  script.written();
  script.say("250 ok\r\n550 5.1.1 unknown\r\n354 go\r\n");
  EXPECT_EQ(script.session.need(), Need::closed) << "nobody is to say how many replies a dot would have";
  EXPECT_EQ(script.only_outcome().recipients[0].failure->code, 550);
}

TEST_P(ClientLmtp, LastChunkIsAnsweredForEachRecipient) {
  auto options = lmtp_options();
  options.chunking = true;
  auto script = start(options);
  script.say("220 mx\r\n");
  script.written();
  script.say(ClientScript::ehlo_reply({"PIPELINING", "CHUNKING"}));
  script.session.submit(letter(1, {"a@x.ru", "b@x.ru"}));
  script.written();
  script.say("250 ok\r\n250 ok\r\n250 ok\r\n");
  script.expect("BDAT 18 LAST\r\nSubject: x\r\n\r\nhi\r\n");
  script.say("250 a\r\n");
  EXPECT_TRUE(script.session.take_outcomes().empty());
  script.say("550 5.7.1 b\r\n");
  const auto outcome = script.only_outcome();
  EXPECT_TRUE(outcome.recipients[0].accepted);
  EXPECT_EQ(outcome.recipients[1].failure->code, 550);
  script.expect("");
}

}  // namespace
}  // namespace gatepost::smtp
