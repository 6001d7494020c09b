#include "client_script.hpp"

namespace gatepost::smtp {
namespace {

using codes::Category;
using codes::Phase;

class ClientLetters : public ClientTest {};
INSTANTIATE_TEST_SUITE_P(, ClientLetters, testing::Bool(), portions);

TEST_P(ClientLetters, PipelinedLetterCostsThreeWritesAndIsAcceptedWithItsQueueId) {
  auto script = ready({"PIPELINING", "SIZE 1000"});
  script.session.submit(letter(7, {"a@b.ru", "c@d.ru"}));
  EXPECT_FALSE(script.session.wants_letter());
  EXPECT_EQ(script.session.phase(), Phase::mail);
  script.expect("MAIL FROM:<from@a.ru> SIZE=18\r\nRCPT TO:<a@b.ru>\r\nRCPT TO:<c@d.ru>\r\n");
  script.say("250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n251 2.1.5 forwarded\r\n");
  script.expect("DATA\r\n");
  EXPECT_EQ(script.session.phase(), Phase::data);
  script.say("354 go\r\n");
  script.expect("Subject: x\r\n\r\nhi\r\n.\r\n");
  EXPECT_EQ(script.session.phase(), Phase::final_);
  script.say("250 2.0.0 Ok: queued as 4XYZ\r\n");
  EXPECT_EQ(script.session.need(), Need::letter);
  const auto outcome = script.only_outcome();
  EXPECT_EQ(outcome.id, 7u);
  EXPECT_EQ(outcome.queue_id, "4XYZ");
  EXPECT_EQ(outcome.final_reply.code, 250);
  EXPECT_FALSE(outcome.untouched);
  ASSERT_EQ(outcome.recipients.size(), 2u);
  for (const auto& recipient : outcome.recipients) EXPECT_TRUE(recipient.accepted && !recipient.failure);
  EXPECT_EQ(outcome.recipients[1].address, "c@d.ru");
}

TEST_P(ClientLetters, WithoutPipeliningOneCommandAtATime) {
  auto script = ready({});
  script.session.submit(letter(1, {"a@b.ru", "c@d.ru"}));
  script.expect("MAIL FROM:<from@a.ru>\r\n");
  script.say("250 ok\r\n");
  script.expect("RCPT TO:<a@b.ru>\r\n");
  script.say("550 5.1.1 unknown\r\n");
  script.expect("RCPT TO:<c@d.ru>\r\n");
  script.say("250 ok\r\n");
  script.expect("DATA\r\n");
  script.say("354 go\r\n");
  script.expect("Subject: x\r\n\r\nhi\r\n.\r\n");
  script.say("250 ok\r\n");
  const auto outcome = script.only_outcome();
  EXPECT_EQ(outcome.recipients[0].failure->code, 550);
  EXPECT_EQ(outcome.recipients[0].failure->phase, Phase::rcpt);
  EXPECT_TRUE(outcome.recipients[1].accepted);
}

TEST_P(ClientLetters, BigLetterGoesOutInBoundedPortions) {
  auto script = ready({"PIPELINING"});
  const std::string data(1u << 20, 'x');
  script.session.submit(letter(1, {"a@b.ru"}, data));
  script.written();
  script.say("250 ok\r\n250 ok\r\n");
  script.written();
  script.say("354 go\r\n");
  std::string all;
  for (auto part = script.session.output(); !part.empty(); part = script.session.output()) {
    EXPECT_EQ(script.session.phase(), all.size() + part.size() < data.size() + 5 ? Phase::data : Phase::final_);
    EXPECT_LE(part.size(), 65u * 1024);
    const auto half = part.substr(0, part.size() / 2 + 1);  // a driver that writes what the socket takes
    all += half;
    script.session.consume_output(half.size());
  }
  EXPECT_EQ(all, data + "\r\n.\r\n");
}

TEST_P(ClientLetters, AnswerBeforeTheFinalDotIsTheLettersOutcomeAndEndsTheSession) {
  auto script = ready({"PIPELINING"});
  script.session.submit(letter(1, {"a@b.ru"}, std::string(1u << 20, 'x')));
  script.written();
  script.say("250 ok\r\n250 ok\r\n");
  script.written();
  script.say("354 go\r\n");
  script.session.consume_output(script.session.output().size());
  script.say("552 5.3.4 enough\r\n");
  EXPECT_EQ(script.session.need(), Need::closed);
  const auto outcome = script.only_outcome();
  EXPECT_EQ(outcome.recipients[0].failure->code, 552);
  EXPECT_FALSE(outcome.recipients[0].failure->maybe_delivered);
  EXPECT_FALSE(outcome.untouched);
}

TEST_P(ClientLetters, LettersFollowEachOtherOnOneConnection) {
  auto script = ready({"PIPELINING"});
  for (std::uint64_t id = 1; id <= 3; ++id) {
    script.session.submit(letter(id, {"a@b.ru"}));
    script.expect("MAIL FROM:<from@a.ru>\r\nRCPT TO:<a@b.ru>\r\n");
    script.say("250 ok\r\n250 ok\r\n");
    script.expect("DATA\r\n");
    script.say("354 go\r\n");
    script.written();
    script.say("250 ok\r\n");
    EXPECT_EQ(script.only_outcome().id, id);
  }
  script.session.quit();
  script.expect("QUIT\r\n");
  EXPECT_FALSE(script.session.wants_letter());
  script.say("221 bye\r\n");
  EXPECT_EQ(script.session.need(), Need::closed);
  EXPECT_FALSE(script.session.failure());
}

TEST_P(ClientLetters, ConnectionClosedInsteadOfAnsweringQuitIsClean) {
  auto script = ready({});
  script.session.quit();
  script.expect("QUIT\r\n");
  script.session.fail(codes::local_failure(Category::connection_lost, Phase::mail, "closed"));
  EXPECT_EQ(script.session.need(), Need::closed);
  EXPECT_FALSE(script.session.failure());
}

TEST_P(ClientLetters, QuitWithALetterInFlightWaitsForIt) {
  auto script = ready({"PIPELINING"});
  script.session.submit(letter(1, {"a@b.ru"}));
  script.written();
  script.session.quit();
  script.expect("");
  script.say("250 ok\r\n250 ok\r\n");
  script.expect("DATA\r\n");
  script.say("354 go\r\n");
  script.written();
  script.say("250 ok\r\n");
  script.expect("QUIT\r\n");
  EXPECT_TRUE(script.only_outcome().recipients[0].accepted);
}

TEST_P(ClientLetters, IdleServerThatSays421OrSpeaksUnaskedEndsTheSession) {
  auto busy = ready({"PIPELINING"});
  busy.say("421 4.4.2 idle too long\r\n");
  EXPECT_EQ(busy.session.need(), Need::closed);
  EXPECT_EQ(busy.session.failure()->code, 421);
  auto odd = ready({"PIPELINING"});
  odd.say("250 by the way\r\n");
  EXPECT_EQ(odd.session.need(), Need::closed);
  EXPECT_EQ(odd.session.failure()->category, Category::protocol_error);
}

TEST_P(ClientLetters, LetterHandedToAnEndedSessionComesBackUntouched) {
  auto script = ready({});
  script.say("421 bye\r\n");
  script.session.submit(letter(5, {"a@b.ru"}));
  const auto outcome = script.only_outcome();
  EXPECT_TRUE(outcome.untouched);
  EXPECT_EQ(outcome.recipients[0].failure->code, 421);
}

TEST_P(ClientLetters, TranscriptHasTheHandshakeTheLetterAndNothingOfItsBody) {
  auto script = ready({"PIPELINING"});
  script.session.submit(letter(1, {"a@b.ru"}));
  script.written();
  script.say("250 ok1\r\n250 ok2\r\n");
  script.written();
  script.say("354 go\r\n");
  script.written();
  script.say("250 2.0.0 done\r\n");
  EXPECT_EQ(script.only_outcome().transcript,
            "S: 220 mx.example ESMTP\nC: EHLO me.example\nS: 250-mx.example\nS: 250-PIPELINING\nS: 250 HELP\n"
            "C: MAIL FROM:<from@a.ru>\nC: RCPT TO:<a@b.ru>\nS: 250 ok1\nS: 250 ok2\nC: DATA\nS: 354 go\n"
            "-- 18 bytes of letter\nS: 250 2.0.0 done\n");
}

TEST_P(ClientLetters, TranscriptCanBeLeftOut) {
  auto options = plain_options();
  options.keep_transcript = false;
  auto script = ready({"PIPELINING"}, options);
  script.session.submit(letter(1, {"a b"}));
  EXPECT_EQ(script.only_outcome().transcript, "");
  EXPECT_EQ(script.session.transcript(), "");
}

}  // namespace
}  // namespace gatepost::smtp
