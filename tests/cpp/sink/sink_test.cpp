// The sink over a real connection: what it answers, keeps and throws away.
#include "gatepost/sink/sink.hpp"

#include <gmock/gmock.h>

#include <set>

#include "../net/owner.hpp"

namespace gatepost::sink {
namespace {

using codes::Phase;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using namespace std::chrono_literals;

constexpr auto letter_text = "Message-Id: <1@x>\r\nSubject: one\r\n\r\nHello\r\n";

class SinkTest : public testing::Test {
 protected:
  static std::unique_ptr<Sink> start(SinkOptions options = {}) {
    auto sink = Sink::start(std::move(options));
    if (!sink) throw std::runtime_error(sink.error().message);
    return *std::move(sink);
  }
  net::Owner::End send(const Sink& sink, std::vector<smtp::ClientLetter> letters, std::string login = {},
                       std::string password = {}) {
    net::ConnectOptions options;
    options.targets = {{"127.0.0.1", sink.port()}};
    options.session.security = smtp::Security::none;
    options.session.allow_cleartext_auth = true;
    options.session.identity.login = std::move(login);
    options.session.identity.password = std::move(password);
    return net::run(thread_, options, std::move(letters));
  }
  static smtp::ClientLetter letter(std::vector<std::string> to, std::string text = letter_text) {
    auto letter = net::letter_of(1, std::move(text));
    letter.rcpt_to = std::move(to);
    return letter;
  }

  net::IoThread thread_;
};

TEST_F(SinkTest, ALetterIsKeptWithEnvelopePeerAndTranscript) {
  const auto sink = start();
  const auto end = send(*sink, {letter({"olga@example.com", "a@b.ru"})});
  EXPECT_FALSE(end.failure);
  const auto found = sink->inbox().wait(1, {}, 20s);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0]->raw, letter_text);
  EXPECT_EQ(found[0]->envelope.mail_from, "ivan@example.org");
  EXPECT_THAT(found[0]->envelope.rcpt_to, ElementsAre("olga@example.com", "a@b.ru"));
  EXPECT_EQ(found[0]->peer.address, "127.0.0.1");
  EXPECT_THAT(found[0]->transcript, HasSubstr("RCPT TO:<a@b.ru>"));
}

TEST_F(SinkTest, EachLetterGetsAQueueIdOfItsOwn) {
  const auto sink = start();
  std::vector<smtp::ClientLetter> letters(20, letter({"olga@example.com"}));
  const auto end = send(*sink, letters);
  std::set<std::string> ids;
  for (const auto& outcome : end.outcomes) {
    EXPECT_THAT(outcome.final_reply.to_string(), MatchesRegex("250 2\\.0\\.0 Ok: queued as [0-9A-Z]{8,}"));
    ids.insert(outcome.queue_id);
  }
  EXPECT_EQ(ids.size(), 20U);
}

TEST_F(SinkTest, ADiscardedRecipientIsAcceptedAndTheOthersGetTheLetter) {
  SinkOptions options;
  options.rules.push_back({.phase = Phase::rcpt, .when = {.to = "test@test.ru"}, .discard = true});
  const auto sink = start(std::move(options));
  const auto end = send(*sink, {letter({"olga@example.com", "test@test.ru"})});
  ASSERT_EQ(end.outcomes.size(), 1U);
  EXPECT_TRUE(end.outcomes[0].recipients[1].accepted);
  const auto kept = sink->inbox().wait(1, {}, 20s);
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_THAT(kept[0]->envelope.rcpt_to, ElementsAre("olga@example.com"));
  const auto gone = sink->inbox().discarded();
  ASSERT_EQ(gone.size(), 1U);
  EXPECT_THAT(gone[0]->envelope.rcpt_to, ElementsAre("test@test.ru"));
  EXPECT_EQ(gone[0]->discarded, "test@test.ru");
}

TEST_F(SinkTest, ALetterToDiscardedRecipientsAloneIsNotInTheInbox) {
  SinkOptions options;
  options.rules.push_back({.phase = Phase::rcpt, .when = {.to = "test@test.ru"}, .discard = true});
  const auto sink = start(std::move(options));
  const auto end = send(*sink, {letter({"test@test.ru"}), letter({"olga@example.com"})});
  EXPECT_TRUE(end.outcomes.at(0).recipients[0].accepted);
  ASSERT_EQ(sink->inbox().wait(1, {}, 20s).size(), 1U);
  EXPECT_THAT(sink->inbox().select({})[0]->envelope.rcpt_to, ElementsAre("olga@example.com"));
  EXPECT_EQ(sink->inbox().discarded().size(), 1U);
}

TEST_F(SinkTest, ALetterWithoutARequiredHeaderDiesSilently) {
  SinkOptions options;
  options.rules.push_back(
      {.phase = Phase::final_, .when = {.missing_headers = {"Message-Id", "Date"}}, .discard = true});
  const auto sink = start(std::move(options));
  const auto end = send(*sink, {letter({"olga@example.com"})});
  EXPECT_TRUE(end.outcomes.at(0).recipients[0].accepted);
  EXPECT_EQ(end.outcomes[0].final_reply.code, 250);
  EXPECT_TRUE(sink->inbox().select({}).empty());
  EXPECT_EQ(sink->inbox().discarded().at(0)->discarded, "missing Date");
}

TEST_F(SinkTest, GreylistingEndsWhenTheClockMovesOn) {
  SinkOptions options;
  options.rules.push_back({.phase = Phase::rcpt, .counting = {.greylist = 300s}});
  const auto sink = start(std::move(options));
  const auto first = send(*sink, {letter({"olga@example.com"})});
  EXPECT_FALSE(first.outcomes.at(0).recipients[0].accepted);
  sink->advance_clock(6min);
  const auto second = send(*sink, {letter({"olga@example.com"})});
  EXPECT_TRUE(second.outcomes.at(0).recipients[0].accepted);
}

TEST_F(SinkTest, ARuleAtMailSpeaksOfTheSender) {
  SinkOptions options;
  options.rules.push_back({.phase = Phase::mail, .when = {.from = "ivan@*"}, .reply = "550 5.7.1 Sender refused"});
  const auto sink = start(std::move(options));
  const auto end = send(*sink, {letter({"olga@example.com"})});
  ASSERT_TRUE(end.outcomes.at(0).recipients[0].failure);
  EXPECT_EQ(end.outcomes[0].recipients[0].failure->phase, Phase::mail);
}

TEST_F(SinkTest, ARuleMayCloseTheConnectionInsteadOfAnswering) {
  SinkOptions options;
  options.rules.push_back({.phase = Phase::final_, .counting = {.times = 1}, .close = true});
  const auto sink = start(std::move(options));
  const auto end = send(*sink, {letter({"olga@example.com"})});
  ASSERT_TRUE(end.failure);
  ASSERT_TRUE(end.outcomes.at(0).recipients[0].failure);
  EXPECT_TRUE(end.outcomes[0].recipients[0].failure->maybe_delivered);
}

TEST_F(SinkTest, ADelayHoldsUpItsConnectionAlone) {
  SinkOptions options;
  options.rules.push_back({.phase = Phase::rcpt, .when = {.to = "slow@*"}, .delay = 1h});
  const auto sink = start(std::move(options));
  net::ConnectOptions connect;
  connect.targets = {{"127.0.0.1", sink->port()}};
  connect.session.security = smtp::Security::none;
  net::Owner slow({letter({"slow@example.com"})});
  const auto held = net::ClientConnection::open(thread_.context(), connect, slow);
  EXPECT_TRUE(send(*sink, {letter({"olga@example.com"})}).outcomes.at(0).recipients[0].accepted);
  sink->close();
  EXPECT_TRUE(slow.end().failure);
}

TEST_F(SinkTest, OnlyUsersWithTheirPasswordMaySend) {
  SinkOptions options;
  options.users = {{"demo.demo@smtpgate", "demo"}};
  options.listen.session.require_auth = true;
  const auto sink = start(std::move(options));
  EXPECT_FALSE(send(*sink, {letter({"olga@example.com"})}, "demo.demo@smtpgate", "demo").failure);
  const auto wrong = send(*sink, {letter({"olga@example.com"})}, "demo.demo@smtpgate", "secret");
  ASSERT_TRUE(wrong.failure);
  EXPECT_EQ(wrong.failure->code, 535);
  EXPECT_TRUE(send(*sink, {letter({"olga@example.com"})}, "nobody", "demo").failure);
  const auto anonymous = send(*sink, {letter({"olga@example.com"})});
  ASSERT_TRUE(anonymous.outcomes.at(0).recipients[0].failure);
  EXPECT_EQ(anonymous.outcomes[0].recipients[0].failure->code, 530);
  EXPECT_EQ(sink->inbox().select({}).size(), 1U);
  EXPECT_EQ(sink->inbox().select({})[0]->peer.user, "demo.demo@smtpgate");
  for (const auto& session : sink->sessions()) EXPECT_THAT(session.transcript, testing::Not(HasSubstr("secret")));
}

TEST_F(SinkTest, AUserAddedLaterMaySendToo) {
  SinkOptions options;
  options.users = {{"a", "1"}};
  options.listen.session.require_auth = true;
  const auto sink = start(std::move(options));
  sink->add_user("b", "2");
  EXPECT_FALSE(send(*sink, {letter({"olga@example.com"})}, "b", "2").failure);
}

TEST_F(SinkTest, OpenSessionsAreShownWithWhatWasSaidSoFar) {
  const auto sink = start();
  net::ConnectOptions connect;
  connect.targets = {{"127.0.0.1", sink->port()}};
  connect.session.security = smtp::Security::none;
  net::Owner owner({letter({"olga@example.com"})}, false);
  const auto connection = net::ClientConnection::open(thread_.context(), connect, owner);
  owner.wait_for_outcomes(1);
  const auto open = sink->sessions();
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0].end, "");
  EXPECT_EQ(open[0].letters, 1U);
  EXPECT_THAT(open[0].transcript, HasSubstr("EHLO"));
  sink->close();
  owner.end();
  ASSERT_EQ(sink->sessions().size(), 1U);
  EXPECT_NE(sink->sessions()[0].end, "");
}

TEST_F(SinkTest, WithoutTranscriptsNoneAreKept) {
  SinkOptions options;
  options.keep_transcripts = false;
  const auto sink = start(std::move(options));
  send(*sink, {letter({"olga@example.com"})});
  EXPECT_EQ(sink->inbox().wait(1, {}, 20s).at(0)->transcript, "");
}

TEST_F(SinkTest, APortThatIsTakenIsAnError) {
  const auto sink = start();
  SinkOptions options;
  options.listen.port = sink->port();
  const auto second = Sink::start(std::move(options));
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("Address already in use"));
}

}  // namespace
}  // namespace gatepost::sink
