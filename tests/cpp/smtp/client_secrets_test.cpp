// Servers that quote our secrets, wherever they speak.
#include "client_player.hpp"

namespace gatepost::smtp {
namespace {

const std::string password = "secret-word";
const std::string plain = base64_encode(std::string("\0ivan\0", 6) + password);

/// All that the session tells of what was said.
std::string told(const ClientSession& session, const std::vector<LetterOutcome>& outcomes,
                 const std::vector<codes::Reply>& answers = {}) {
  std::string all = session.transcript() + session.facts().greeting;
  const auto add = [&all](const codes::Failure& why) {
    all += why.server_text + why.message + why.evidence + why.describe();
  };
  for (const auto& line : session.facts().extensions) all += line;
  if (session.failure()) add(*session.failure());
  for (const auto& answer : answers) all += answer.to_string();
  for (const auto& outcome : outcomes) {
    all += outcome.transcript + outcome.final_reply.to_string() + outcome.queue_id;
    if (outcome.session) all += outcome.session->greeting;
    for (const auto& recipient : outcome.recipients) {
      if (recipient.failure) add(*recipient.failure);
      if (recipient.reply) all += recipient.reply->to_string() + recipient.queue_id;
    }
  }
  return all;
}

bool tells(const std::string& text) {
  return text.find(password) != std::string::npos || text.find(plain.substr(8)) != std::string::npos ||
         text.find(base64_encode(password).substr(0, 12)) != std::string::npos;
}

class ClientSecrets : public ClientTest {
 protected:
  ClientScript logged_in(std::string secret = password, const std::string& to_auth = "235 ok\r\n") {
    auto options = plain_options();
    options.identity.login = "ivan";
    options.identity.password = std::move(secret);
    options.allow_cleartext_auth = true;
    auto script = start(options);
    script.greet({"PIPELINING", "AUTH PLAIN"});
    script.written();
    script.say(to_auth);
    return script;
  }
};
INSTANTIATE_TEST_SUITE_P(, ClientSecrets, testing::Bool(), portions);

TEST_P(ClientSecrets, PasswordQuotedInAnyReplyIsMaskedWhereverItIsTold) {
  for (const auto& form : {password, plain, base64_encode(password), "AUTH PLAIN " + plain}) {
    for (std::size_t at = 0; at < 5; ++at) {
      std::vector<std::string> replies = {"250 ok", "250 ok", "354 go", "250 done", "250 more"};
      replies[at] = (at == 2 ? "451" : "550") + std::string("-5.7.1 you said ") + form + "\r\n" +
                    (at == 2 ? "451" : "550") + " 5.7.1 that is (" + form + ")";
      auto script = logged_in();
      script.session.submit(letter(1, {"a@b.ru"}));
      for (const auto& reply : replies) {
        script.written();
        script.say(reply + "\r\n");
      }
      const auto outcomes = script.session.take_outcomes();
      ASSERT_EQ(outcomes.size(), 1u);
      const auto all = told(script.session, outcomes);
      EXPECT_FALSE(tells(all)) << all;
      EXPECT_NE(all.find("****\n"), std::string::npos) << all;
    }
  }
}

TEST_P(ClientSecrets, PasswordQuotedBehindTheLoginIsMasked) {
  for (const auto& behind : {"235 welcome, " + plain + "\r\n", "235 ok\r\n421 " + plain + "\r\n",
                             "235 ok\r\n421-" + password + "\r\n421 x\r\n", "235 ok\r\n250 " + plain + "\r\n",
                             "235 ok\r\nand " + std::string(70, 'x') + password + "\r\n"}) {
    auto script = logged_in(password, behind);
    const auto all = told(script.session, {});
    EXPECT_FALSE(tells(all)) << all;
    EXPECT_EQ(all.find("secret-"), std::string::npos) << "nor cut in the midst of it: " << all;
  }
}

TEST_P(ClientSecrets, PasswordKnownFromAnEarlierSessionIsMaskedInGreetingExtensionsAndAnswers) {
  auto options = plain_options();
  options.identity.login = "ivan";
  options.identity.password = password;
  options.allow_cleartext_auth = true;
  auto script = start(options);
  script.say("220 hello, " + password + "\r\n");
  script.written();
  script.say(ClientScript::ehlo_reply({"X-LAST-TIME " + plain, "AUTH PLAIN"}));
  script.written();
  script.say("235 ok\r\n");
  script.session.ask({Question::Verb::help, ""});
  script.written();
  script.say("214 as ever: " + password + "\r\n");
  const auto all = told(script.session, {}, script.session.take_answers());
  EXPECT_FALSE(tells(all)) << all;
  EXPECT_EQ(script.session.facts().greeting, "hello, ****");
  EXPECT_EQ(script.session.facts().extensions[0], "X-LAST-TIME ****");
}

TEST_P(ClientSecrets, WordsOfTheReplyThatAreThePasswordAreMaskedButStillClassified) {
  auto script = logged_in("unknown");
  script.session.submit(letter(1, {"a@b.ru"}));
  script.written();
  script.say("250 ok\r\n550 5.1.1 User unknown\r\n");
  const auto outcome = script.only_outcome();
  EXPECT_EQ(outcome.recipients[0].failure->category, codes::Category::recipient_unknown);
  EXPECT_EQ(outcome.recipients[0].failure->server_text, "User ****");
}

TEST_P(ClientSecrets, VeryShortPasswordIsMaskedAsItWasSentAndOrdinaryWordsStay) {
  for (const std::string secret : {"1", "Ok", "abc"}) {
    auto script = logged_in(secret);
    script.session.submit(letter(1, {"a@b.ru"}));
    script.written();
    const auto sent = base64_encode(std::string("\0ivan\0", 6) + secret);
    script.say("250 2.1.0 Ok\r\n550 5.1.1 abc Ok 1: " + sent + "\r\n");
    const auto outcome = script.only_outcome();
    EXPECT_EQ(outcome.recipients[0].failure->server_text, "abc Ok 1: ****");
    EXPECT_NE(outcome.transcript.find("S: 250 2.1.0 Ok\n"), std::string::npos);
  }
}

TEST(ClientSecretsInScenarios, ServerThatQuotesThePasswordInEveryLineTellsItToNobody) {
  for (auto scenario : scenarios()) {
    if (scenario.options.identity.password.empty()) continue;
    ASSERT_EQ(scenario.options.identity.password, password);
    for (auto& reply : scenario.replies) {
      if (reply.empty() || reply == sasl_step) continue;
      for (auto at = reply.find("\r\n"); at != std::string::npos; at = reply.find("\r\n", at)) {
        const auto quoted = " " + password + " " + plain;
        reply.insert(at, quoted);
        at += quoted.size() + 2;
      }
    }
    for (std::size_t step = 0; step <= scenario.replies.size(); ++step) {
      SCOPED_TRACE(scenario.name + " step " + std::to_string(step));
      Player player(scenario, false);
      player.play(step, Fault::garbage);
      const auto all = told(player.session(), player.outcomes);
      EXPECT_FALSE(tells(all)) << all;
    }
  }
}

}  // namespace
}  // namespace gatepost::smtp
