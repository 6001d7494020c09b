#include "client_script.hpp"

namespace gatepost::smtp {
namespace {

using codes::Category;
using codes::Phase;
using std::chrono::microseconds;
using std::chrono::milliseconds;

std::chrono::steady_clock::time_point the_time;

/// A session whose clock stands still unless told otherwise.
class ClientFacts : public ClientTest {
 protected:
  static ClientOptions clocked(ClientOptions options = plain_options()) {
    options.now = [] { return the_time; };
    return options;
  }
  static void pass(milliseconds time) { the_time += time; }
};
INSTANTIATE_TEST_SUITE_P(, ClientFacts, testing::Bool(), portions);

TEST_P(ClientFacts, HandshakeIsTimedByPhase) {
  auto options = clocked();
  options.security = Security::starttls;
  options.identity.login = "ivan";
  options.identity.password = "secret-word";
  auto script = start(options);
  pass(milliseconds(1000));  // resolving and connecting
  script.session.connected("mx.example.com:25", "192.0.2.1:25", microseconds(300), microseconds(700));
  pass(milliseconds(1));
  script.say("220 mx\r\n");
  script.written();
  pass(milliseconds(2));
  script.say(ClientScript::ehlo_reply({"STARTTLS"}));
  script.written();
  pass(milliseconds(3));
  script.say("220 go\r\n");
  pass(milliseconds(4));
  script.session.tls_established({"TLSv1.3", "AES"});
  script.written();
  pass(milliseconds(5));
  script.say(ClientScript::ehlo_reply({"AUTH LOGIN"}));
  for (const std::string reply : {"334 \r\n", "334 \r\n", "235 ok\r\n"}) {
    script.written();
    pass(milliseconds(6));
    script.say(reply);
  }
  const auto& facts = script.session.facts();
  EXPECT_EQ(facts.target, "mx.example.com:25");
  EXPECT_EQ(facts.server, "192.0.2.1:25");
  EXPECT_EQ(facts.timings.dns, microseconds(300));
  EXPECT_EQ(facts.timings.connect, microseconds(700));
  EXPECT_EQ(facts.timings.greeting, milliseconds(1));
  EXPECT_EQ(facts.timings.ehlo, milliseconds(2 + 5));
  EXPECT_EQ(facts.timings.tls, milliseconds(3 + 4));
  EXPECT_EQ(facts.timings.auth, milliseconds(18));
}

TEST_P(ClientFacts, ImplicitTlsIsTimedBeforeTheGreeting) {
  auto options = clocked();
  options.security = Security::implicit_tls;
  auto script = start(options);
  script.session.connected("x", "x", {}, {});
  pass(milliseconds(7));
  script.session.tls_established({"TLSv1.3", "AES"});
  pass(milliseconds(2));
  script.say("220 mx\r\n");
  EXPECT_EQ(script.session.facts().timings.tls, milliseconds(7));
  EXPECT_EQ(script.session.facts().timings.greeting, milliseconds(2));
}

TEST_P(ClientFacts, LetterIsTimedByPhaseAndTheFirstOfAGroupBearsTheWait) {
  auto script = ready({"PIPELINING"}, clocked());
  pass(milliseconds(500));  // idle
  script.session.submit(letter(1, {"a@b.ru", "c@d.ru"}));
  script.written();
  pass(milliseconds(10));
  script.say("250 ok\r\n");
  pass(milliseconds(1));
  script.say("250 ok\r\n");
  pass(milliseconds(2));
  script.say("250 ok\r\n");
  script.written();
  pass(milliseconds(20));
  script.say("354 go\r\n");
  pass(milliseconds(100));  // writing
  script.written();
  pass(milliseconds(30));
  script.say("250 ok\r\n");
  const auto timings = script.only_outcome().timings;
  EXPECT_EQ(timings.mail, milliseconds(10));
  EXPECT_EQ(timings.rcpt, milliseconds(3));
  EXPECT_EQ(timings.data, milliseconds(20));
  EXPECT_EQ(timings.final, milliseconds(30));
}

TEST_P(ClientFacts, OneRoundTripGivesTheWaitToTheFinalReply) {
  auto options = clocked();
  options.one_round_trip = true;
  auto script = ready({"PIPELINING"}, options);
  script.session.submit(letter(1, {"a@b.ru"}));
  script.written();
  script.say("250 ok\r\n250 ok\r\n354 go\r\n");
  script.session.submit(letter(2, {"a@b.ru"}));
  script.written();
  pass(milliseconds(9));
  script.say("250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n");
  EXPECT_EQ(script.only_outcome().timings.final, milliseconds(9));
  script.written();
  pass(milliseconds(4));
  script.say("250 ok\r\n");
  const auto second = script.only_outcome().timings;
  EXPECT_EQ(second.mail, milliseconds(0));
  EXPECT_EQ(second.final, milliseconds(4));
}

TEST_P(ClientFacts, LettersOfOneConnectionShareItsFacts) {
  auto script = ready({"PIPELINING", "SIZE 77"});
  for (std::uint64_t id = 1; id <= 2; ++id) script.session.submit(letter(id, {"not an address"}));
  const auto all = script.session.take_outcomes();
  ASSERT_EQ(all.size(), 2u);
  ASSERT_TRUE(all[0].session);
  EXPECT_EQ(all[0].session, all[1].session);
  EXPECT_EQ(all[0].session->max_message_bytes, 77u);
  EXPECT_EQ(all[0].session->greeting, "mx.example ESMTP");
}

TEST_P(ClientFacts, WithoutAFinishedHandshakeThereAreNone) {
  auto script = start();
  script.session.submit(letter(1, {"a@b.ru"}));
  script.say("554 no\r\n");
  EXPECT_EQ(script.only_outcome().session, nullptr);
}

TEST_P(ClientFacts, AnnouncedLimitsAreReported) {
  auto script = ready({"LIMITS mailmax=20 RCPTMAX=5 RCPTDOMAINMAX=1 FOO=3"});
  const auto& limits = script.session.facts().limits;
  EXPECT_EQ(limits.mail_max, 20u);
  EXPECT_EQ(limits.rcpt_max, 5u);
  EXPECT_EQ(limits.rcpt_domain_max, 1u);
}

TEST_P(ClientFacts, MailMaxEndsTheSessionAfterThatManyTransactions) {
  auto script = ready({"PIPELINING", "LIMITS MAILMAX=2"});
  script.session.submit(letter(1, {"not an address"}));
  EXPECT_TRUE(script.session.wants_letter()) << "what the server never saw does not count";
  script.session.submit(letter(2, {"a@b.ru"}));
  script.written();
  script.say("550 no\r\n503 no\r\n");
  EXPECT_TRUE(script.session.wants_letter());
  script.session.submit(letter(3, {"a@b.ru"}));
  script.written();
  EXPECT_FALSE(script.session.wants_letter());
  script.say("250 ok\r\n250 ok\r\n");
  script.written();
  script.say("354 go\r\n");
  script.written();
  EXPECT_FALSE(script.session.wants_letter());
  script.say("250 ok\r\n");
  EXPECT_FALSE(script.session.wants_letter());
  script.expect("QUIT\r\n");
  script.say("221 bye\r\n");
  EXPECT_EQ(script.session.need(), Need::closed);
  EXPECT_FALSE(script.session.failure());
  EXPECT_EQ(script.session.take_outcomes().size(), 3u);
}

TEST_P(ClientFacts, MailMaxHoldsInOneRoundTripModeToo) {
  auto options = plain_options();
  options.one_round_trip = true;
  auto script = ready({"PIPELINING", "LIMITS MAILMAX=1"}, options);
  script.session.submit(letter(1, {"a@b.ru"}));
  script.written();
  script.say("250 ok\r\n250 ok\r\n354 go\r\n");
  EXPECT_FALSE(script.session.wants_letter());
  script.expect("Subject: x\r\n\r\nhi\r\n.\r\n");
  script.say("250 ok\r\n");
  script.expect("QUIT\r\n");
}

TEST_P(ClientFacts, LetterHandedInBeyondMailMaxComesBackUntouched) {
  auto script = start();
  script.session.submit(letter(1, {"a@b.ru"}));
  script.session.submit(letter(2, {"a@b.ru"}));
  script.greet({"LIMITS MAILMAX=1"});
  script.expect("MAIL FROM:<from@a.ru>\r\n");
  script.say("550 no\r\n");
  script.expect("QUIT\r\n");
  script.say("221 bye\r\n");
  const auto all = script.session.take_outcomes();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_FALSE(all[0].untouched);
  EXPECT_TRUE(all[1].untouched);
  EXPECT_TRUE(all[1].recipients[0].failure);
}

}  // namespace
}  // namespace gatepost::smtp
