#include "client_script.hpp"

namespace gatepost::smtp {
namespace {

using codes::Category;
using codes::Phase;
using codes::Scope;

class ClientRefusals : public ClientTest {};
INSTANTIATE_TEST_SUITE_P(, ClientRefusals, testing::Bool(), portions);

TEST_P(ClientRefusals, RefusedSenderWithoutPipeliningAsksForNoRecipient) {
  auto script = ready({});
  script.session.submit(letter(1, {"a@b.ru"}));
  script.written();
  script.say("553 5.1.8 no\r\n");
  script.expect("");
  EXPECT_EQ(script.only_outcome().recipients[0].failure->phase, Phase::mail);
  EXPECT_EQ(script.session.need(), Need::letter);
}

TEST_P(ClientRefusals, RefusedSenderSpeaksForAllRecipientsAndTheSessionGoesOn) {
  auto script = ready({"PIPELINING"});
  script.session.submit(letter(1, {"a@b.ru", "c@d.ru"}));
  script.written();
  script.say("550 5.7.1 sender\r\n503 need MAIL\r\n503 need MAIL\r\n");
  script.expect("");
  const auto outcome = script.only_outcome();
  for (const auto& recipient : outcome.recipients) {
    EXPECT_EQ(recipient.failure->code, 550);
    EXPECT_EQ(recipient.failure->phase, Phase::mail);
  }
  EXPECT_TRUE(script.session.wants_letter());
}

TEST_P(ClientRefusals, AllRecipientsRefusedMeansNoDataAndReset) {
  auto script = ready({"PIPELINING"});
  script.session.submit(letter(1, {"a@b.ru", "c@d.ru"}));
  script.written();
  script.say("250 ok\r\n550 5.1.1 a\r\n452 4.2.2 c\r\n");
  const auto outcome = script.only_outcome();
  EXPECT_EQ(outcome.recipients[0].failure->code, 550);
  EXPECT_EQ(outcome.recipients[1].failure->code, 452);
  EXPECT_FALSE(script.session.wants_letter()) << "the server may keep c@d.ru if it refuses RSET";
  script.session.submit(letter(2, {"e@f.ru"}));
  script.expect("RSET\r\n");
  script.say("250 reset\r\n");
  script.expect("MAIL FROM:<from@a.ru>\r\nRCPT TO:<e@f.ru>\r\n");
  script.say("250 ok\r\n250 ok\r\n");
  script.expect("DATA\r\n");
}

TEST_P(ClientRefusals, ResetIsAwaitedWhereNothingIsPipelined) {
  auto script = ready({});
  script.session.submit(letter(1, {"a@b.ru"}));
  script.written();
  script.say("250 ok\r\n");
  script.written();
  script.say("550 no\r\n");
  script.expect("RSET\r\n");
  EXPECT_FALSE(script.session.wants_letter());
  EXPECT_EQ(script.session.need(), Need::read);
  script.say("250 ok\r\n");
  EXPECT_EQ(script.session.need(), Need::letter);
}

TEST_P(ClientRefusals, RefusedResetRetiresTheConnectionAndTheNextLetterComesBackUntouched) {
  for (const std::string refusal : {"502 5.5.1 not implemented\r\n", "451 4.3.0 later\r\n", "600 no\r\n"}) {
    for (const bool handed_in_early : {true, false}) {
      auto script = ready({"PIPELINING"});
      script.session.submit(letter(1, {"a@b.ru"}));
      script.written();
      script.say("250 ok\r\n550 no\r\n");
      EXPECT_EQ(script.only_outcome().id, 1u);
      if (handed_in_early) script.session.submit(letter(2, {"c@d.ru"}));
      script.expect("RSET\r\n");
      script.say(refusal);
      EXPECT_FALSE(script.session.wants_letter());
      if (!handed_in_early) script.session.submit(letter(2, {"c@d.ru"}));
      script.expect("QUIT\r\n");
      script.say("221 bye\r\n");
      EXPECT_EQ(script.session.need(), Need::closed);
      EXPECT_FALSE(script.session.failure());
      EXPECT_TRUE(script.only_outcome().untouched);
    }
  }
}

TEST_P(ClientRefusals, A354ToResetEndsTheSessionWithoutAnotherWord) {
  auto script = ready({"PIPELINING"});
  script.session.submit(letter(1, {"a@b.ru"}));
  script.written();
  script.say("250 ok\r\n550 no\r\n");
  script.expect("RSET\r\n");
  script.say("354 go\r\n");
  script.expect("");
  EXPECT_EQ(script.session.failure()->category, Category::protocol_error);
}

TEST_P(ClientRefusals, RecipientAcceptedBehindARefusedSenderIsReset) {
  auto script = ready({"PIPELINING"});
  script.session.submit(letter(1, {"a@b.ru"}));
  script.written();
  script.say("550 5.7.1 sender\r\n250 ok\r\n");
  script.expect("RSET\r\n");
  EXPECT_EQ(script.only_outcome().recipients[0].failure->phase, Phase::mail);
}

TEST_P(ClientRefusals, AllOrNothingRefusesTheOthersWithoutBlamingThem) {
  auto script = ready({"PIPELINING"});
  auto both = letter(1, {"a@b.ru", "c@d.ru"});
  both.all_or_nothing = true;
  script.session.submit(both);
  script.written();
  script.say("250 ok\r\n250 ok\r\n550 5.1.1 unknown\r\n");
  script.expect("RSET\r\n");
  const auto outcome = script.only_outcome();
  EXPECT_EQ(outcome.recipients[1].failure->code, 550);
  ASSERT_TRUE(outcome.recipients[0].failure);
  EXPECT_EQ(outcome.recipients[0].failure->suppress, codes::SuppressScope::none);
  EXPECT_EQ(outcome.recipients[0].failure->scope, Scope::message);
  EXPECT_NE(outcome.recipients[0].failure->message.find("c@d.ru"), std::string::npos);
}

TEST_P(ClientRefusals, DataRefusedAndFinalRefusedAreToldApart) {
  auto data = ready({"PIPELINING"});
  data.session.submit(letter(1, {"a@b.ru"}));
  data.written();
  data.say("250 ok\r\n250 ok\r\n");
  data.written();
  data.say("451 4.3.0 no data now\r\n");
  data.expect("RSET\r\n");
  EXPECT_EQ(data.only_outcome().recipients[0].failure->phase, Phase::data);

  auto final_ = ready({"PIPELINING"});
  final_.session.submit(letter(1, {"a@b.ru"}));
  final_.written();
  final_.say("250 ok\r\n250 ok\r\n");
  final_.written();
  final_.say("354 go\r\n");
  final_.written();
  final_.say("554 5.7.1 spam\r\n");
  const auto outcome = final_.only_outcome();
  EXPECT_EQ(outcome.recipients[0].failure->phase, Phase::final_);
  EXPECT_FALSE(outcome.recipients[0].failure->maybe_delivered);
  EXPECT_EQ(outcome.final_reply.code, 554);
  EXPECT_EQ(final_.session.need(), Need::letter);
}

}  // namespace
}  // namespace gatepost::smtp
