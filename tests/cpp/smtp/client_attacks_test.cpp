// Servers, and whoever sits between us and them, that mean harm. Injection by our own caller's values is tested where
// the values go: client_letters, client_requests, client_xclient, client_questions, client_auth.
#include "client_script.hpp"
#include "gatepost/smtp/reply_reader.hpp"

namespace gatepost::smtp {
namespace {

using codes::Category;
using codes::Phase;

class ClientAttacks : public ClientTest {
 protected:
  static ClientOptions starttls_options() {
    auto options = plain_options();
    options.security = Security::starttls;
    options.identity.login = "ivan";
    options.identity.password = "secret-word";
    return options;
  }
  static void expect_ended(ClientScript& script, Category category, Phase phase) {
    EXPECT_EQ(script.session.need(), Need::closed);
    ASSERT_TRUE(script.session.failure());
    EXPECT_EQ(script.session.failure()->category, category) << script.session.failure()->message;
    EXPECT_EQ(script.session.failure()->phase, phase);
  }
};
INSTANTIATE_TEST_SUITE_P(, ClientAttacks, testing::Bool(), portions);

TEST_P(ClientAttacks, ResponsesInjectedBehindStartTlsEndTheSession) {
  for (const std::string injected : {"250 mx\r\n", "2", "235 ok\r\n250 ok\r\n", "\r\n", "\x16\x03\x03"}) {
    auto script = start(starttls_options());
    script.greet({"STARTTLS"});
    script.written();
    script.say("220 go\r\n" + injected);
    expect_ended(script, Category::tls_error, Phase::tls);
    script.expect("");
  }
}

TEST_P(ClientAttacks, ResponsesInjectedInASegmentOfTheirOwnEndTheSessionToo) {
  auto script = start(starttls_options());
  script.greet({"STARTTLS"});
  script.written();
  script.say("220 go\r\n");
  EXPECT_EQ(script.session.need(), Need::start_tls);
  script.say("250 mx\r\n");
  expect_ended(script, Category::tls_error, Phase::tls);
}

TEST_P(ClientAttacks, StrippedStartTlsNeverShowsThePassword) {
  for (const std::string reply : {"250 mx\r\n", "250-mx\r\n250-XXXXXXXX\r\n250 AUTH PLAIN LOGIN CRAM-MD5\r\n",
                                  "500 what\r\n", "502 5.5.1 no\r\n"}) {
    auto script = start(starttls_options());
    script.say("220 mx\r\n");
    script.written();
    script.say(reply);
    EXPECT_EQ(script.session.need(), Need::closed);
    const auto last_words = script.written();
    EXPECT_TRUE(last_words.empty() || last_words == "QUIT\r\n") << last_words;
  }
}

TEST_P(ClientAttacks, RefusedStartTlsNeverShowsThePassword) {
  for (const std::string reply : {"454 4.7.0 no\r\n", "500 no\r\n", "250 sure\r\n", "354 go\r\n"}) {
    auto script = start(starttls_options());
    script.greet({"STARTTLS", "AUTH PLAIN"});
    script.written();
    script.say(reply);
    EXPECT_EQ(script.session.need(), Need::closed);
    EXPECT_EQ(script.written().find("AUTH"), std::string::npos);
  }
}

TEST_P(ClientAttacks, PlainTextBeforeImplicitTlsIsRefused) {
  auto options = plain_options();
  options.security = Security::implicit_tls;
  auto script = start(options);
  script.say("220 mx\r\n");
  expect_ended(script, Category::tls_error, Phase::tls);
}

TEST_P(ClientAttacks, KnowledgeFromBeforeTlsIsForgotten) {
  auto script = start(starttls_options());
  script.greet({"STARTTLS", "AUTH PLAIN", "PIPELINING", "SIZE 1", "CHUNKING", "LIMITS MAILMAX=1", "XCLIENT NAME"});
  script.written();
  script.say("220 go\r\n");
  script.session.tls_established({"TLSv1.3", "AES"});
  const auto& facts = script.session.facts();
  EXPECT_TRUE(facts.extensions.empty());
  EXPECT_FALSE(facts.pipelining || facts.max_message_bytes || facts.limits.mail_max);
}

TEST_P(ClientAttacks, EndlessReplyLineIsCutOff) {
  auto script = start();
  std::size_t said = 0;
  while (script.session.need() != Need::closed && said < 1'000'000) {
    script.say(std::string(1000, '2'));
    said += 1000;
  }
  EXPECT_LE(said, ReplyReader::max_line_bytes + 1000);
  expect_ended(script, Category::protocol_error, Phase::greeting);
  EXPECT_LT(script.session.failure()->message.size(), 200u);
}

TEST_P(ClientAttacks, EndlessReplyOfManyLinesIsCutOff) {
  for (const std::string line : {"250-x\r\n", "250-\n"}) {
    auto script = start();
    script.say("220 mx\r\n");
    script.written();
    std::size_t lines = 0;
    while (script.session.need() != Need::closed && lines < 100'000) {
      script.say(line);
      ++lines;
    }
    EXPECT_LE(lines, ReplyReader::max_lines + 1);
    expect_ended(script, Category::protocol_error, Phase::ehlo);
  }
}

TEST_P(ClientAttacks, EndlessRepliesNobodyAskedForEndAtTheFirst) {
  auto script = ready({"PIPELINING"});
  script.say("250 ok\r\n250 ok\r\n250 ok\r\n");
  expect_ended(script, Category::protocol_error, Phase::mail);
}

TEST_P(ClientAttacks, RepliesSentAheadDoNotMakeALetterDelivered) {
  auto script = ready({"PIPELINING"});
  script.session.submit(letter(1, {"a@b.ru"}));
  script.say("250 ok\r\n250 ok\r\n354 go\r\n250 queued as GHOST\r\n");
  const auto outcome = script.only_outcome();
  EXPECT_FALSE(outcome.recipients[0].accepted);
  EXPECT_EQ(outcome.queue_id, "");
  expect_ended(script, Category::protocol_error, Phase::mail);

  auto in_time = ready({"PIPELINING"});
  in_time.session.submit(letter(1, {"a@b.ru"}));
  in_time.written();
  in_time.say("250 ok\r\n250 ok\r\n354 go\r\n250 queued as GHOST\r\n");
  EXPECT_FALSE(in_time.only_outcome().recipients[0].accepted);
  expect_ended(in_time, Category::protocol_error, Phase::data);
}

TEST_P(ClientAttacks, EhloKeywordOf8KilobytesIsRefusedAndOneOf4IsBorne) {
  auto huge = start();
  huge.say("220 mx\r\n");
  huge.written();
  huge.say("250-mx\r\n250-" + std::string(8192, 'K') + "\r\n250 PIPELINING\r\n");
  expect_ended(huge, Category::protocol_error, Phase::ehlo);
  EXPECT_LT(huge.session.failure()->message.size(), 200u);

  auto large = start();
  large.say("220 mx\r\n");
  large.written();
  large.say("250-mx\r\n250-AUTH " + std::string(4000, 'K') + "\r\n250 PIPELINING\r\n");
  EXPECT_TRUE(large.session.ready());
  EXPECT_TRUE(large.session.facts().pipelining);
}

TEST_P(ClientAttacks, HundredsOfEhloLinesAreRefused) {
  std::string reply;
  for (int i = 0; i < 500; ++i) reply += "250-X-" + std::to_string(i) + "\r\n";
  auto script = start();
  script.say("220 mx\r\n");
  script.written();
  script.say(reply + "250 HELP\r\n");
  expect_ended(script, Category::protocol_error, Phase::ehlo);
}

TEST_P(ClientAttacks, EhloReplyOfGarbageIsReadAsNothing) {
  auto script = start();
  script.say("220 mx\r\n");
  script.written();
  script.say(
      "250-\r\n250-\xff\xfe \x01\x02\r\n250-SIZE -1\r\n250-AUTH\r\n250-AUTH=\r\n250-LIMITS =\r\n250-=\r\n250  \r\n");
  EXPECT_TRUE(script.session.ready());
  EXPECT_EQ(script.session.facts().max_message_bytes, std::nullopt);
  EXPECT_EQ(script.session.facts().extensions[0], "\xff\xfe ??") << "no control reaches a terminal";
}

TEST_P(ClientAttacks, GreetingThatIsOfAnotherProtocolEndsTheSession) {
  for (const std::string words : {"HTTP/1.1 200 OK\r\n", "+OK POP3\r\n", "* OK IMAP\r\n", "SSH-2.0-x\r\n",
                                  "\x15\x03\x01\x01\x02\x02\n", "\n", "2200 x\r\n"}) {
    auto script = start();
    script.say(words);
    expect_ended(script, Category::protocol_error, Phase::greeting);
    script.expect("");
  }
}

TEST_P(ClientAttacks, ServerThatGreetsAndThenSaysNothingFailsInPhaseEhlo) {
  auto script = start();
  script.say("220 mx\r\n");
  script.written();
  EXPECT_EQ(script.session.need(), Need::read);
  script.session.fail(codes::local_failure(Category::connection_lost, Phase::local, "no answer within 5 min"));
  expect_ended(script, Category::connection_lost, Phase::ehlo);
}

TEST_P(ClientAttacks, EndlessEmptyRepliesToQuestionsCannotKeepALetterBack) {
  auto script = ready({"PIPELINING"});
  script.session.ask({Question::Verb::help, ""});
  script.written();
  for (int i = 0; i < 200 && script.session.need() != Need::closed; ++i) script.say("214-\r\n");
  expect_ended(script, Category::protocol_error, Phase::mail);
  EXPECT_EQ(script.session.take_answers().size(), 1u);
}

TEST_P(ClientAttacks, TwoGreetingsAfterXclientAreOneTooMany) {
  auto options = plain_options();
  options.xclient = {{"NAME", "x"}};
  auto script = start(options);
  script.greet({"XCLIENT NAME"});
  script.written();
  script.say("220 mx\r\n220 mx\r\n");
  expect_ended(script, Category::protocol_error, Phase::ehlo);
}

TEST_P(ClientAttacks, NoFakeEndOfALetterGoesOutWhateverStandsAroundTheDot) {
  using std::string_literals::operator""s;
  const std::string neighbours[] = {""s,     "\0"s,   "\r"s,       "\n"s,           "\r\n"s, "\v"s, "\f"s, "\x1A"s,
                                    "\x80"s, "\x85"s, "\xC2\x85"s, "\xE2\x80\xA8"s, " "s,    "\t"s, "."s};
  for (const auto& far : neighbours) {
    for (const auto& before : neighbours) {
      for (const auto& after : neighbours) {
        const auto data = "x: y\r\n\r\nx" + far + before + "." + after + far + "MAIL FROM:<e@v.ru>\r\n";
        SCOPED_TRACE(testing::PrintToString(data));
        auto script = ready({"PIPELINING", "8BITMIME"});
        script.session.submit(letter(1, {"a@b.ru"}, data));
        if (data.find('\0') != std::string::npos) {
          script.expect("");
          EXPECT_EQ(script.only_outcome().recipients[0].failure->category, Category::message_malformed);
          continue;
        }
        script.written();
        script.say("250 ok\r\n250 ok\r\n");
        script.written();
        script.say("354 go\r\n");
        const auto wire = script.written();
        ASSERT_EQ(wire.find("\r\n.\r\n"), wire.size() - 5);
        for (std::size_t i = 0; i < wire.size(); ++i) {
          ASSERT_EQ(wire[i] == '\n', i > 0 && wire[i - 1] == '\r');
          ASSERT_NE(wire[i], '\0');
        }
      }
    }
  }
}

TEST_P(ClientAttacks, HugeFailureTextsStayBounded) {
  auto script = ready({"PIPELINING"});
  script.session.submit(letter(1, {"a@b.ru"}));
  script.written();
  std::string refusal;
  for (int i = 0; i < 15; ++i) refusal += "550-" + std::string(4000, 'x') + "\r\n";
  script.say(refusal + "550 end\r\n250 ok\r\n");
  const auto outcome = script.only_outcome();
  EXPECT_LT(outcome.recipients[0].failure->server_text.size(), ReplyReader::max_reply_bytes);
  EXPECT_LT(outcome.transcript.size(), 64u * 1024);
}

}  // namespace
}  // namespace gatepost::smtp
