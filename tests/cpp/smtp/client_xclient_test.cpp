#include "client_operation.hpp"
#include "client_script.hpp"
#include "gatepost/smtp/client/xclient.hpp"

namespace gatepost::smtp {
namespace {

using codes::Category;
using codes::Phase;

class ClientXclient : public ClientTest {
 protected:
  using Attributes = std::vector<std::pair<std::string, std::string>>;
  static ClientOptions claiming(Attributes attributes) {
    auto options = plain_options();
    options.xclient = std::move(attributes);
    return options;
  }
  void expect_given_up(const Attributes& attributes, const std::vector<std::string>& extensions, Category category) {
    auto script = start(claiming(attributes));
    script.greet(extensions);
    script.expect("QUIT\r\n");
    EXPECT_EQ(script.session.need(), Need::closed);
    ASSERT_TRUE(script.session.failure());
    EXPECT_EQ(script.session.failure()->category, category) << script.session.failure()->message;
    EXPECT_EQ(script.session.failure()->phase, Phase::ehlo);
  }
};
INSTANTIATE_TEST_SUITE_P(, ClientXclient, testing::Bool(), portions);

TEST_P(ClientXclient, GoesAfterEhloAndEverythingBeginsAnew) {
  auto script =
      start(claiming({{"NAME", "spike.example.net"}, {"ADDR", "2001:db8::1"}, {"LOGIN", "a+b=c д"}, {"HELO", ""}}));
  script.greet({"PIPELINING", "XCLIENT NAME ADDR PROTO HELO LOGIN", "SIZE 5"});
  script.expect("XCLIENT NAME=spike.example.net ADDR=IPV6:2001:db8::1 LOGIN=a+2Bb+3Dc+20+D0+B4 HELO=[UNAVAILABLE]\r\n");
  EXPECT_EQ(script.session.phase(), Phase::ehlo);
  script.say("220 mx again\r\n");
  script.expect("EHLO me.example\r\n");
  script.say(ClientScript::ehlo_reply({"SIZE 7", "XCLIENT NAME ADDR"}));
  script.expect("");
  EXPECT_TRUE(script.session.ready());
  EXPECT_EQ(script.session.facts().greeting, "mx again");
  EXPECT_EQ(script.session.facts().max_message_bytes, 7u);
  EXPECT_FALSE(script.session.facts().pipelining);
}

TEST_P(ClientXclient, GoesBehindTlsAndBeforeAuth) {
  auto options = claiming({{"ADDR", "192.0.2.1"}});
  options.security = Security::starttls;
  options.identity.login = "ivan";
  options.identity.password = "secret-word";
  auto script = start(options);
  script.greet({"STARTTLS", "XCLIENT ADDR"});
  script.expect("STARTTLS\r\n");
  script.say("220 go\r\n");
  script.session.tls_established({"TLSv1.3", "AES"});
  script.written();
  script.say(ClientScript::ehlo_reply({"XCLIENT ADDR", "AUTH PLAIN"}));
  script.expect("XCLIENT ADDR=192.0.2.1\r\n");
  script.say("220 mx\r\n");
  script.expect("EHLO me.example\r\n");
  script.say(ClientScript::ehlo_reply({"STARTTLS", "AUTH PLAIN"}));
  script.expect("AUTH PLAIN AGl2YW4Ac2VjcmV0LXdvcmQ=\r\n");
}

TEST_P(ClientXclient, WhatIsNotOfferedIsAClearFailure) {
  expect_given_up({{"NAME", "x"}}, {}, Category::feature_unsupported);
  expect_given_up({{"NAME", "x"}, {"PORT", "1"}}, {"XCLIENT NAME ADDR"}, Category::feature_unsupported);
}

TEST_P(ClientXclient, NamesAndValuesThatCouldInjectAreNeverWritten) {
  const std::vector<std::string> offer = {"XCLIENT NAME ADDR"};
  for (const auto& value :
       {std::string("a\r\nRSET"), std::string("a\0b", 3), std::string("a\nb"), std::string("\xff")}) {
    expect_given_up({{"NAME", value}}, offer, Category::protocol_error);
  }
  for (const std::string name : {"NA ME", "", "name", "NAME=x\r\nRSET"}) {
    expect_given_up({{name, "x"}}, offer, Category::protocol_error);
  }
  expect_given_up({{"NAME", std::string(500, 'x')}}, offer, Category::protocol_error);
}

TEST_P(ClientXclient, RefusalEndsTheSession) {
  auto script = start(claiming({{"NAME", "x"}}));
  script.greet({"XCLIENT NAME"});
  script.written();
  script.say("550 5.7.0 insufficient authorization\r\n");
  script.expect("QUIT\r\n");
  EXPECT_EQ(script.session.failure()->code, 550);

  auto odd = start(claiming({{"NAME", "x"}}));
  odd.greet({"XCLIENT NAME"});
  odd.written();
  odd.say("250 ok\r\n");
  EXPECT_EQ(odd.session.failure()->category, Category::protocol_error);
}

TEST_P(ClientXclient, ServerWithoutEhloIsNotGreetedWithHelo) {
  auto script = start(claiming({{"NAME", "x"}}));
  script.say("220 old\r\n");
  script.written();
  script.say("502 what\r\n");
  script.expect("");
  EXPECT_EQ(script.session.failure()->code, 502);
}

// The operation alone.

TEST(Xclient, IsSentOnceAndAnsweredByAGreeting) {
  auto options = plain_options();
  options.xclient = {{"NAME", "x y"}, {"ADDR", "::1"}};
  OperationScript script(options);
  script.context.extensions.xclient = {"NAME", "ADDR"};
  Xclient xclient(script.context);
  EXPECT_TRUE(xclient.due());
  expect_step(xclient.begin(), Progress::more);
  EXPECT_EQ(script.written(), "XCLIENT NAME=x+20y ADDR=IPV6:::1\r\n");
  expect_step(script.say("220 mx again"), Progress::done);
  EXPECT_EQ(script.context.facts.greeting, "mx again");
  EXPECT_FALSE(xclient.due());
}

TEST(Xclient, IsNotDueWithoutAttributesAndGivenUpWhereNotOffered) {
  OperationScript none;
  EXPECT_FALSE(Xclient(none.context).due());
  auto options = plain_options();
  options.xclient = {{"NAME", "x"}};
  OperationScript script(options);
  Xclient xclient(script.context);
  expect_ending(xclient.begin(), Category::feature_unsupported, "QUIT\r\n");
}

}  // namespace
}  // namespace gatepost::smtp
