#include "client_script.hpp"

namespace gatepost::smtp {
namespace {

using codes::Category;
using codes::Phase;
using codes::Scope;

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

TEST_P(ClientLetters, RefusedSenderWithoutPipeliningAsksForNoRecipient) {
  auto script = ready({});
  script.session.submit(letter(1, {"a@b.ru"}));
  script.written();
  script.say("553 5.1.8 no\r\n");
  script.expect("");
  EXPECT_EQ(script.only_outcome().recipients[0].failure->phase, Phase::mail);
  EXPECT_EQ(script.session.need(), Need::letter);
}

TEST_P(ClientLetters, RefusedSenderSpeaksForAllRecipientsAndTheSessionGoesOn) {
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

TEST_P(ClientLetters, AllRecipientsRefusedMeansNoDataAndReset) {
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

TEST_P(ClientLetters, ResetIsAwaitedWhereNothingIsPipelined) {
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

TEST_P(ClientLetters, RefusedResetRetiresTheConnectionAndTheNextLetterComesBackUntouched) {
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

TEST_P(ClientLetters, A354ToResetEndsTheSessionWithoutAnotherWord) {
  auto script = ready({"PIPELINING"});
  script.session.submit(letter(1, {"a@b.ru"}));
  script.written();
  script.say("250 ok\r\n550 no\r\n");
  script.expect("RSET\r\n");
  script.say("354 go\r\n");
  script.expect("");
  EXPECT_EQ(script.session.failure()->category, Category::protocol_error);
}

TEST_P(ClientLetters, RecipientAcceptedBehindARefusedSenderIsReset) {
  auto script = ready({"PIPELINING"});
  script.session.submit(letter(1, {"a@b.ru"}));
  script.written();
  script.say("550 5.7.1 sender\r\n250 ok\r\n");
  script.expect("RSET\r\n");
  EXPECT_EQ(script.only_outcome().recipients[0].failure->phase, Phase::mail);
}

TEST_P(ClientLetters, AllOrNothingRefusesTheOthersWithoutBlamingThem) {
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

TEST_P(ClientLetters, DataRefusedAndFinalRefusedAreToldApart) {
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

TEST_P(ClientLetters, LetterOverTheAnnouncedSizeNeverTouchesTheWire) {
  auto script = ready({"PIPELINING", "SIZE 20"});
  script.session.submit(letter(1, {"a@b.ru"}, std::string(21, 'x')));
  script.expect("");
  const auto outcome = script.only_outcome();
  EXPECT_EQ(outcome.recipients[0].failure->category, Category::message_too_large);
  EXPECT_EQ(outcome.recipients[0].failure->phase, Phase::mail);
  EXPECT_FALSE(outcome.untouched);
  EXPECT_TRUE(script.session.wants_letter());
  script.session.submit(letter(2, {"a@b.ru"}, std::string(18, 'x') + "\r\n"));
  script.expect("MAIL FROM:<from@a.ru> SIZE=20\r\nRCPT TO:<a@b.ru>\r\n");
}

TEST_P(ClientLetters, LetterWithANulNeverTouchesTheWire) {
  auto options = plain_options();
  for (const bool chunking : {false, true}) {
    options.chunking = chunking;
    auto script = ready({"PIPELINING", "CHUNKING", "BINARYMIME", "8BITMIME"}, options);
    script.session.submit(letter(1, {"a@b.ru"}, std::string("x\r\n\0.\r\n", 8)));
    script.expect("");
    const auto outcome = script.only_outcome();
    EXPECT_EQ(outcome.recipients[0].failure->category, Category::message_malformed);
    EXPECT_EQ(outcome.recipients[0].failure->phase, Phase::local);
    EXPECT_NE(outcome.recipients[0].failure->message.find("byte 3 of the letter is a NUL"), std::string::npos);
    EXPECT_TRUE(script.session.wants_letter());
  }
}

TEST_P(ClientLetters, BinaryLetterWithANulGoesByBdat) {
  auto script = ready({"PIPELINING", "CHUNKING", "BINARYMIME"});
  auto binary = letter(1, {"a@b.ru"}, std::string("x\r\n\0.\r\n", 8));
  auto requests = std::make_shared<LetterRequests>();
  requests->binary = true;
  binary.requests = requests;
  script.session.submit(binary);
  script.expect("MAIL FROM:<from@a.ru> BODY=BINARYMIME\r\nRCPT TO:<a@b.ru>\r\n");
  script.say("250 ok\r\n250 ok\r\n");
  script.expect(std::string("BDAT 8 LAST\r\nx\r\n\0.\r\n", 21));
}

TEST_P(ClientLetters, SizeZeroMeansNoLimit) {
  auto script = ready({"PIPELINING", "SIZE 0"});
  script.session.submit(letter(1, {"a@b.ru"}));
  script.expect("MAIL FROM:<from@a.ru> SIZE=18\r\nRCPT TO:<a@b.ru>\r\n");
}

TEST_P(ClientLetters, EightBitDataAsksFor8BitMime) {
  auto offered = ready({"PIPELINING", "8BITMIME"});
  offered.session.submit(letter(1, {"a@b.ru"}, "привет\r\n"));
  offered.expect("MAIL FROM:<from@a.ru> BODY=8BITMIME\r\nRCPT TO:<a@b.ru>\r\n");
  auto missing = ready({"PIPELINING"});
  missing.session.submit(letter(1, {"a@b.ru"}, "привет\r\n"));
  missing.expect("");
  EXPECT_EQ(missing.only_outcome().recipients[0].failure->category, Category::feature_unsupported);
}

TEST_P(ClientLetters, SmtpUtf8IsUsedOnlyForTheLetterThatNeedsIt) {
  auto script = ready({"PIPELINING", "SMTPUTF8"});
  script.session.submit(letter(1, {"иван@b.ru"}));
  script.expect("MAIL FROM:<from@a.ru> SMTPUTF8\r\nRCPT TO:<иван@b.ru>\r\n");
  auto other = ready({"PIPELINING", "SMTPUTF8"});
  other.session.submit(letter(1, {"ivan@b.ru"}));
  other.expect("MAIL FROM:<from@a.ru>\r\nRCPT TO:<ivan@b.ru>\r\n");
}

TEST_P(ClientLetters, NonAsciiRecipientWithoutSmtpUtf8FailsAloneAndTheOthersGo) {
  auto script = ready({"PIPELINING"});
  script.session.submit(letter(1, {"иван@b.ru", "ok@b.ru"}));
  script.expect("MAIL FROM:<from@a.ru>\r\nRCPT TO:<ok@b.ru>\r\n");
  script.say("250 ok\r\n250 ok\r\n");
  script.written();
  script.say("354 go\r\n");
  script.written();
  script.say("250 ok\r\n");
  const auto outcome = script.only_outcome();
  EXPECT_EQ(outcome.recipients[0].failure->category, Category::feature_unsupported);
  EXPECT_EQ(outcome.recipients[0].failure->scope, Scope::recipient);
  EXPECT_TRUE(outcome.recipients[1].accepted);
}

TEST_P(ClientLetters, AddressesThatCouldInjectACommandAreNeverWritten) {
  for (const std::string_view bad : {"a@b.ru>\r\nDATA", "a b@c.ru", "a\n@b.ru", "a@b.ru\r\nRSET", ""}) {
    auto script = ready({"PIPELINING"});
    script.session.submit(letter(1, {std::string(bad)}));
    script.expect("");
    EXPECT_EQ(script.only_outcome().recipients[0].failure->category, Category::recipient_syntax) << bad;

    if (bad.empty()) continue;
    auto from = letter(2, {"ok@b.ru"});
    from.mail_from = bad;
    script.session.submit(from);
    script.expect("");
    EXPECT_EQ(script.only_outcome().recipients[0].failure->category, Category::message_malformed) << bad;
  }
  auto script = ready({"PIPELINING"});
  script.session.submit(letter(1, {std::string("a\0@b.ru", 7)}));
  script.expect("");
  EXPECT_EQ(script.only_outcome().recipients[0].failure->category, Category::recipient_syntax);
}

TEST_P(ClientLetters, NullSenderAndLetterWithoutDataOrRecipients) {
  auto script = ready({"PIPELINING"});
  auto bounce = letter(1, {"a@b.ru"});
  bounce.mail_from.clear();
  script.session.submit(bounce);
  script.expect("MAIL FROM:<>\r\nRCPT TO:<a@b.ru>\r\n");

  auto other = ready({"PIPELINING"});
  auto no_data = letter(2, {"a@b.ru"});
  no_data.data = nullptr;
  other.session.submit(no_data);
  EXPECT_EQ(other.only_outcome().recipients[0].failure->category, Category::message_malformed);
  other.session.submit(letter(3, {}));
  EXPECT_EQ(other.only_outcome().id, 3u);
  other.expect("");
}

TEST_P(ClientLetters, OutgoingSmugglingVariantsAreMadeCanonical) {
  auto script = ready({"PIPELINING"});
  script.session.submit(letter(1, {"a@b.ru"}, "x\n.\nMAIL FROM:<evil@x>\r.\r\ny\r\n.\rz"));
  script.written();
  script.say("250 ok\r\n250 ok\r\n");
  script.written();
  script.say("354 go\r\n");
  script.expect("x\r\n..\r\nMAIL FROM:<evil@x>\r\n..\r\ny\r\n..\r\nz\r\n.\r\n");
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
