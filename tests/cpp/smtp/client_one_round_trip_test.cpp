#include "client_script.hpp"

namespace gatepost::smtp {
namespace {

using codes::Category;
using codes::Phase;

constexpr std::string_view body = "Subject: x\r\n\r\nhi\r\n.\r\n";
constexpr std::string_view group = "MAIL FROM:<from@a.ru>\r\nRCPT TO:<a@b.ru>\r\nDATA\r\n";

class OneRoundTrip : public ClientTest {
 protected:
  ClientScript ready_for_groups() {
    auto options = plain_options();
    options.one_round_trip = true;
    return ready({"PIPELINING"}, options);
  }
  static codes::Failure lost() {
    return codes::local_failure(Category::connection_lost, Phase::local, "reset by peer");
  }
};
INSTANTIATE_TEST_SUITE_P(, OneRoundTrip, testing::Bool(), portions);

TEST_P(OneRoundTrip, NextLetterRidesBehindTheFinalDotInTheSameWrite) {
  auto script = ready_for_groups();
  script.session.submit(letter(1, {"a@b.ru"}));
  EXPECT_FALSE(script.session.wants_letter());
  script.expect(group);
  script.say("250 ok\r\n250 ok\r\n354 go\r\n");
  for (std::uint64_t id = 2; id <= 4; ++id) {
    ASSERT_TRUE(script.session.wants_letter());
    script.session.submit(letter(id, {"a@b.ru"}));
    EXPECT_FALSE(script.session.wants_letter());
    const auto part = script.session.output();
    EXPECT_EQ(part, std::string(body) + std::string(group)) << "one write";
    script.session.consume_output(part.size());
    EXPECT_EQ(script.session.phase(), Phase::final_);
    script.say("250 2.0.0 Ok: queued as Q" + std::to_string(id - 1) + "\r\n250 ok\r\n250 ok\r\n354 go\r\n");
    EXPECT_EQ(script.only_outcome().queue_id, "Q" + std::to_string(id - 1));
  }
  script.expect(body);
  script.say("250 ok\r\n");
  EXPECT_EQ(script.only_outcome().id, 4u);
  EXPECT_EQ(script.session.need(), Need::letter);
}

TEST_P(OneRoundTrip, WithoutPipeliningTheOptionMeansNothing) {
  auto options = plain_options();
  options.one_round_trip = true;
  auto script = ready({}, options);
  script.session.submit(letter(1, {"a@b.ru"}));
  script.expect("MAIL FROM:<from@a.ru>\r\n");
}

TEST_P(OneRoundTrip, LetterHandedInAfterTheDotStillGoesAtOnce) {
  auto script = ready_for_groups();
  script.session.submit(letter(1, {"a@b.ru"}));
  script.written();
  script.say("250 ok\r\n250 ok\r\n354 go\r\n");
  script.expect(body);
  ASSERT_TRUE(script.session.wants_letter());
  script.session.submit(letter(2, {"a@b.ru"}));
  script.expect(group);
}

TEST_P(OneRoundTrip, A354WithoutRecipientsGetsALoneDotAndTheLetterStaysRefusedByItsRcpt) {
  auto script = ready_for_groups();
  script.session.submit(letter(1, {"a@b.ru"}));
  script.written();
  script.say("250 ok\r\n550 5.1.1 unknown\r\n354 go\r\n");
  auto outcome = script.only_outcome();
  EXPECT_EQ(outcome.recipients[0].failure->code, 550);
  EXPECT_EQ(outcome.recipients[0].failure->phase, Phase::rcpt);
  EXPECT_FALSE(outcome.recipients[0].failure->maybe_delivered);
  EXPECT_EQ(outcome.final_reply.code, 0);
  EXPECT_FALSE(script.session.wants_letter());
  script.expect(".\r\nRSET\r\n");
  script.say("554 5.5.1 no recipients\r\n250 reset\r\n");
  ASSERT_TRUE(script.session.wants_letter());
  script.session.submit(letter(2, {"a@b.ru"}));
  script.expect(group);
  script.say("250 ok\r\n250 ok\r\n354 go\r\n");
  script.expect(body);
  script.say("250 ok\r\n");
  outcome = script.only_outcome();
  EXPECT_EQ(outcome.id, 2u);
  EXPECT_TRUE(outcome.recipients[0].accepted);
}

TEST_P(OneRoundTrip, LoneDotThatIsAcceptedCountsForNobody) {
  auto script = ready_for_groups();
  script.session.submit(letter(1, {"a@b.ru"}));
  script.written();
  script.say("250 ok\r\n550 5.1.1 unknown\r\n354 go\r\n");
  script.expect(".\r\nRSET\r\n");
  EXPECT_FALSE(script.only_outcome().recipients[0].accepted);
  script.say("250 queued as EMPTY\r\n250 ok\r\n");
  EXPECT_TRUE(script.session.take_outcomes().empty());
  EXPECT_EQ(script.session.need(), Need::letter);
}

TEST_P(OneRoundTrip, RefusedDataAfterRefusedRecipientsResets) {
  auto script = ready_for_groups();
  script.session.submit(letter(1, {"a@b.ru"}));
  script.written();
  script.say("250 ok\r\n550 5.1.1 unknown\r\n554 5.5.1 no valid recipients\r\n");
  EXPECT_EQ(script.only_outcome().recipients[0].failure->phase, Phase::rcpt);
  script.session.submit(letter(2, {"a@b.ru"}));
  script.expect("RSET\r\n");
  script.say("250 reset\r\n");
  script.expect(group);
}

TEST_P(OneRoundTrip, LetterThatFailsBehindAnotherIsResetBeforeTheThirdBegins) {
  auto script = ready_for_groups();
  script.session.submit(letter(1, {"a@b.ru"}));
  script.written();
  script.say("250 ok\r\n250 ok\r\n354 go\r\n");
  script.session.submit(letter(2, {"a@b.ru"}));
  script.expect(std::string(body) + std::string(group));
  script.say("250 done\r\n250 ok\r\n250 ok\r\n");
  script.session.submit(letter(3, {"c@d.ru"}));
  script.say("451 4.3.0 no data now\r\n");
  script.expect("RSET\r\n");
  script.say("502 5.5.1 not implemented\r\n");
  script.expect("QUIT\r\n");
  script.say("221 bye\r\n");
  const auto all = script.session.take_outcomes();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_TRUE(all[0].recipients[0].accepted);
  EXPECT_EQ(all[1].recipients[0].failure->code, 451);
  EXPECT_TRUE(all[2].untouched);
}

TEST_P(OneRoundTrip, RefusedMailRefusesTheGroup) {
  auto script = ready_for_groups();
  script.session.submit(letter(1, {"a@b.ru"}));
  script.written();
  script.say("550 5.7.1 sender\r\n503 no\r\n503 no\r\n");
  EXPECT_EQ(script.only_outcome().recipients[0].failure->phase, Phase::mail);
  script.expect("");
  EXPECT_EQ(script.session.need(), Need::letter);
}

TEST_P(OneRoundTrip, RefusedFinalReplyLeavesTheNextLetterAlone) {
  auto script = ready_for_groups();
  script.session.submit(letter(1, {"a@b.ru"}));
  script.written();
  script.say("250 ok\r\n250 ok\r\n354 go\r\n");
  script.session.submit(letter(2, {"a@b.ru"}));
  script.written();
  script.say("554 5.7.1 spam\r\n250 ok\r\n250 ok\r\n354 go\r\n");
  EXPECT_EQ(script.only_outcome().recipients[0].failure->code, 554);
  script.expect(body);
  script.say("250 ok\r\n");
  EXPECT_TRUE(script.only_outcome().recipients[0].accepted);
}

TEST_P(OneRoundTrip, BestEffortLetterWithSeveralRecipientsRidesAndAllOrNothingWaitsWithData) {
  auto script = ready_for_groups();
  script.session.submit(letter(1, {"a@b.ru", "c@d.ru"}));
  script.expect("MAIL FROM:<from@a.ru>\r\nRCPT TO:<a@b.ru>\r\nRCPT TO:<c@d.ru>\r\nDATA\r\n");
  script.say("250 ok\r\n550 no\r\n250 ok\r\n354 go\r\n");
  auto strict = letter(2, {"a@b.ru", "c@d.ru"});
  strict.all_or_nothing = true;
  script.session.submit(strict);
  script.expect(std::string(body) + "MAIL FROM:<from@a.ru>\r\nRCPT TO:<a@b.ru>\r\nRCPT TO:<c@d.ru>\r\n");
  script.say("250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n");
  script.expect("DATA\r\n");
  const auto outcome = script.only_outcome();
  EXPECT_FALSE(outcome.recipients[0].accepted);
  EXPECT_TRUE(outcome.recipients[1].accepted);
}

TEST_P(OneRoundTrip, LostConnectionLeavesTheFirstInDoubtAndTheNextUntouched) {
  auto script = ready_for_groups();
  script.session.submit(letter(1, {"a@b.ru"}));
  script.written();
  script.say("250 ok\r\n250 ok\r\n354 go\r\n");
  script.session.submit(letter(2, {"a@b.ru"}));
  script.written();
  script.session.fail(lost());
  const auto all = script.session.take_outcomes();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].id, 1u);
  EXPECT_TRUE(all[0].recipients[0].failure->maybe_delivered);
  EXPECT_FALSE(all[0].untouched);
  EXPECT_FALSE(all[1].recipients[0].failure->maybe_delivered);
  EXPECT_TRUE(all[1].untouched);
}

TEST_P(OneRoundTrip, LocallyRefusedLetterKeepsTheOrderOfOutcomes) {
  auto script = ready_for_groups();
  script.session.submit(letter(1, {"a@b.ru"}));
  script.written();
  script.say("250 ok\r\n250 ok\r\n354 go\r\n");
  script.session.submit(letter(2, {"not an address"}));
  EXPECT_TRUE(script.session.take_outcomes().empty());
  EXPECT_TRUE(script.session.wants_letter());
  script.session.submit(letter(3, {"a@b.ru"}));
  script.expect(std::string(body) + std::string(group));
  script.say("250 ok\r\n");
  const auto all = script.session.take_outcomes();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].id, 1u);
  EXPECT_EQ(all[1].id, 2u);
}

TEST_P(OneRoundTrip, QuitWaitsForBothLettersInFlight) {
  auto script = ready_for_groups();
  script.session.submit(letter(1, {"a@b.ru"}));
  script.written();
  script.say("250 ok\r\n250 ok\r\n354 go\r\n");
  script.session.submit(letter(2, {"a@b.ru"}));
  script.written();
  script.session.quit();
  script.expect("");
  script.say("250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n");
  script.expect(body);
  script.say("250 ok\r\n");
  script.expect("QUIT\r\n");
  script.say("221 bye\r\n");
  EXPECT_EQ(script.session.take_outcomes().size(), 2u);
  EXPECT_FALSE(script.session.failure());
}

}  // namespace
}  // namespace gatepost::smtp
