#include "gatepost/smtp/client/hello.hpp"

#include "client_operation.hpp"

namespace gatepost::smtp {
namespace {

using codes::Category;
using codes::Phase;

TEST(Hello, GreetingIsAnsweredByEhloWhoseReplyFillsTheFacts) {
  OperationScript script;
  Hello hello(script.context);
  hello.await_greeting();
  EXPECT_EQ(script.context.wire.phase(), Phase::greeting);
  expect_step(script.say("220 mx.example ESMTP"), Progress::more);
  EXPECT_EQ(script.context.facts.greeting, "mx.example ESMTP");
  EXPECT_EQ(script.written(), "EHLO me.example\r\n");
  EXPECT_EQ(script.context.wire.phase(), Phase::ehlo);
  expect_step(script.say("250-mx.example\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 SIZE 1000"), Progress::done);
  EXPECT_TRUE(script.context.facts.pipelining);
  EXPECT_TRUE(script.context.extensions.starttls);
  EXPECT_EQ(script.context.facts.max_message_bytes, 1000u);
}

TEST(Hello, GreetingThatRefusesOrIsNoneEndsTheSession) {
  for (const auto& [line, category] :
       {std::pair{"554 5.7.1 go away", Category::policy_rejected}, std::pair{"250 hi", Category::protocol_error}}) {
    OperationScript script;
    Hello hello(script.context);
    hello.await_greeting();
    const auto step = script.say(line);
    ASSERT_TRUE(step.has_error()) << line;
    EXPECT_EQ(step.error().why.phase, Phase::greeting);
    if (category == Category::protocol_error) expect_ending(step, category);
  }
}

TEST(Hello, ServerThatKnowsNoEhloIsAskedWithHelo) {
  OperationScript script;
  Hello hello(script.context);
  expect_step(hello.begin(), Progress::more);
  script.written();
  expect_step(script.say("502 5.5.1 what"), Progress::more);
  EXPECT_EQ(script.written(), "HELO me.example\r\n");
  expect_step(script.say("250 mx.example"), Progress::done);
}

TEST(Hello, RefusedEhloIsTheEndWhereHeloWouldNotDo) {
  auto options = plain_options();
  options.identity.login = "ivan";
  OperationScript script(options);
  Hello hello(script.context);
  expect_step(hello.begin(), Progress::more);
  script.written();
  const auto step = script.say("502 5.5.1 what");
  ASSERT_TRUE(step.has_error());
  EXPECT_NE(step.error().why.message.find("lmtp://"), std::string::npos);
}

TEST(Hello, SecondIntroductionReplacesWhatTheServerOffered) {
  OperationScript script;
  Hello hello(script.context);
  expect_step(hello.begin(), Progress::more);
  script.written();
  expect_step(script.say("250-mx\r\n250 PIPELINING"), Progress::done);
  expect_step(hello.begin(), Progress::more);
  EXPECT_EQ(script.written(), "EHLO me.example\r\n");
  expect_step(script.say("250-mx\r\n250 8BITMIME"), Progress::done);
  EXPECT_FALSE(script.context.facts.pipelining);
  EXPECT_TRUE(script.context.facts.eight_bit_mime);
}

TEST(Hello, NameThatCannotBeSentIsNotSent) {
  auto options = plain_options();
  options.helo_name = "a\r\nRSET";
  OperationScript script(options);
  Hello hello(script.context);
  expect_ending(hello.begin(), Category::protocol_error);
  EXPECT_EQ(script.written(), "");
}

TEST(Hello, WithoutANameOfItsOwnTheClientGivesItsAddress) {
  auto options = plain_options();
  options.helo_name.clear();
  for (const std::string own : {"[127.0.0.1]", "[192.0.2.7]", "[IPv6:2001:db8::1]"}) {
    OperationScript script(options);
    script.context.own_address = own;
    Hello hello(script.context);
    expect_step(hello.begin(), Progress::more);
    EXPECT_EQ(script.written(), "EHLO " + own + "\r\n");
  }
}

TEST(Hello, NameThatIsRefusedIsNotTakenForTheWrongProtocol) {
  OperationScript script;
  Hello hello(script.context);
  expect_step(hello.begin(), Progress::more);
  script.written();
  expect_step(script.say("501 5.5.4 Invalid domain name"), Progress::more);
  EXPECT_EQ(script.written(), "HELO me.example\r\n");
  const auto step = script.say("501 5.5.4 Invalid domain name");
  ASSERT_TRUE(step.has_error());
  EXPECT_EQ(step.error().why.message.find("lmtp://"), std::string::npos);
  EXPECT_NE(step.error().why.message.find("helo_name"), std::string::npos);
}

TEST(Hello, ExtensionsLeftUnusedAreToldButNotActedOn) {
  auto options = plain_options();
  options.without = {"PIPELINING", "SIZE", "STARTTLS", "AUTH"};
  OperationScript script(options);
  Hello hello(script.context);
  expect_step(hello.begin(), Progress::more);
  script.written();
  expect_step(script.say("250-mx\r\n250-PIPELINING\r\n250-SIZE 9\r\n250-STARTTLS\r\n250-AUTH PLAIN\r\n250-AUTH=LOGIN"
                         "\r\n250 8BITMIME"),
              Progress::done);
  EXPECT_EQ(script.context.facts.extensions.size(), 6u);
  EXPECT_FALSE(script.context.facts.pipelining || script.context.facts.max_message_bytes);
  EXPECT_FALSE(script.context.extensions.starttls || !script.context.extensions.auth.empty());
  EXPECT_TRUE(script.context.facts.eight_bit_mime);
}

}  // namespace
}  // namespace gatepost::smtp
