#include "client_script.hpp"

namespace gatepost::smtp {
namespace {

using codes::Category;
using codes::Phase;
using codes::Scope;

class ClientLetterChecks : public ClientTest {};
INSTANTIATE_TEST_SUITE_P(, ClientLetterChecks, testing::Bool(), portions);

TEST_P(ClientLetterChecks, LetterOverTheAnnouncedSizeNeverTouchesTheWire) {
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

TEST_P(ClientLetterChecks, LetterWithANulNeverTouchesTheWire) {
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

TEST_P(ClientLetterChecks, BinaryLetterWithANulGoesByBdat) {
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

TEST_P(ClientLetterChecks, SizeZeroMeansNoLimit) {
  auto script = ready({"PIPELINING", "SIZE 0"});
  script.session.submit(letter(1, {"a@b.ru"}));
  script.expect("MAIL FROM:<from@a.ru> SIZE=18\r\nRCPT TO:<a@b.ru>\r\n");
}

TEST_P(ClientLetterChecks, SizeIsThatOfTheLetterWithItsLineEndsMended) {
  auto script = ready({"PIPELINING", "SIZE 100"});
  script.session.submit(letter(1, {"a@b.ru"}, "Subject: x\n\nbody\n"));
  script.expect("MAIL FROM:<from@a.ru> SIZE=20\r\nRCPT TO:<a@b.ru>\r\n");
}

TEST_P(ClientLetterChecks, RecipientBeyondAsciiIsTheReasonWhereTheHeaderIsSoBecauseOfIt) {
  auto script = ready({"PIPELINING"});
  script.session.submit(letter(1, {"иван@b.ru", "ok@b.ru"}, "To: иван@b.ru\r\n\r\nbody\r\n"));
  script.expect("");
  const auto outcome = script.only_outcome();
  EXPECT_NE(outcome.recipients[0].failure->message.find("SMTPUTF8"), std::string::npos);
  EXPECT_NE(outcome.recipients[1].failure->message.find("the letter's header has 8-bit bytes"), std::string::npos);
}

TEST_P(ClientLetterChecks, EightBitDataAsksFor8BitMime) {
  auto offered = ready({"PIPELINING", "8BITMIME"});
  offered.session.submit(letter(1, {"a@b.ru"}, "привет\r\n"));
  offered.expect("MAIL FROM:<from@a.ru> BODY=8BITMIME\r\nRCPT TO:<a@b.ru>\r\n");
  auto missing = ready({"PIPELINING"});
  missing.session.submit(letter(1, {"a@b.ru"}, "привет\r\n"));
  missing.expect("");
  EXPECT_EQ(missing.only_outcome().recipients[0].failure->category, Category::feature_unsupported);
}

TEST_P(ClientLetterChecks, SmtpUtf8IsUsedOnlyForTheLetterThatNeedsIt) {
  auto script = ready({"PIPELINING", "SMTPUTF8"});
  script.session.submit(letter(1, {"иван@b.ru"}));
  script.expect("MAIL FROM:<from@a.ru> SMTPUTF8\r\nRCPT TO:<иван@b.ru>\r\n");
  auto other = ready({"PIPELINING", "SMTPUTF8"});
  other.session.submit(letter(1, {"ivan@b.ru"}));
  other.expect("MAIL FROM:<from@a.ru>\r\nRCPT TO:<ivan@b.ru>\r\n");
}

TEST_P(ClientLetterChecks, HeaderInUtf8AsksForSmtpUtf8WhereverItIsOffered) {
  const std::string in_header = "Reply-To: иван@b.ru\r\n\r\nx\r\n";
  auto offered = ready({"PIPELINING", "8BITMIME", "SMTPUTF8"});
  offered.session.submit(letter(1, {"a@b.ru"}, in_header));
  offered.expect("MAIL FROM:<from@a.ru> BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<a@b.ru>\r\n");
  auto missing = ready({"PIPELINING", "8BITMIME"});
  missing.session.submit(letter(1, {"a@b.ru"}, in_header));
  missing.expect("");
  const auto why = *missing.only_outcome().recipients[0].failure;
  EXPECT_EQ(why.category, Category::feature_unsupported);
  EXPECT_EQ(why.phase, codes::Phase::mail);
  EXPECT_NE(why.message.find("UTF-8 in Reply-To) and the server does not offer SMTPUTF8"), std::string::npos);
  for (const char* other : {"Subject: x\r\n\r\nиван\r\n", "Subject: x\n\nиван\n", "Subject: \xef\xf0\r\n\r\nx\r\n"}) {
    auto not_needed = ready({"PIPELINING", "8BITMIME", "SMTPUTF8"});
    not_needed.session.submit(letter(1, {"a@b.ru"}, other));
    not_needed.expect("MAIL FROM:<from@a.ru> BODY=8BITMIME\r\nRCPT TO:<a@b.ru>\r\n");
  }
}

TEST_P(ClientLetterChecks, NonAsciiRecipientWithoutSmtpUtf8FailsAloneAndTheOthersGo) {
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

TEST_P(ClientLetterChecks, AddressesThatCouldInjectACommandAreNeverWritten) {
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

TEST_P(ClientLetterChecks, NullSenderAndLetterWithoutDataOrRecipients) {
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

TEST_P(ClientLetterChecks, OutgoingSmugglingVariantsAreMadeCanonical) {
  auto script = ready({"PIPELINING"});
  script.session.submit(letter(1, {"a@b.ru"}, "x\n.\nMAIL FROM:<evil@x>\r.\r\ny\r\n.\rz"));
  script.written();
  script.say("250 ok\r\n250 ok\r\n");
  script.written();
  script.say("354 go\r\n");
  script.expect("x\r\n..\r\nMAIL FROM:<evil@x>\r\n..\r\ny\r\n..\r\nz\r\n.\r\n");
}

}  // namespace
}  // namespace gatepost::smtp
