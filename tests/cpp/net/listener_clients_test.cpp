#include <gmock/gmock.h>

#include "handler.hpp"
#include "raw_client.hpp"

namespace gatepost::net {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(Listener, ASessionBeyondTheMostIsTurnedAway) {
  ListenOptions options;
  options.max_sessions = 1;
  Server server(options);
  RawClient first(server.port());
  EXPECT_THAT(first.line(), StartsWith("220"));
  RawClient second(server.port());
  EXPECT_EQ(second.rest(), "421 4.3.2 Too many connections\r\n");
  first.say("QUIT\r\n");
  EXPECT_THAT(first.rest(), StartsWith("221"));
}

TEST(Listener, AnAddressHasItsOwnLimitAndWhoLeavesMakesRoom) {
  ListenOptions options;
  options.max_sessions_per_address = 1;
  Server server(options);
  {
    RawClient first(server.port());
    EXPECT_THAT(first.line(), StartsWith("220"));
    RawClient second(server.port());
    EXPECT_EQ(second.rest(), "421 4.7.0 Too many connections from your address\r\n");
    RawClient other(server.port(), "127.0.0.2");
    EXPECT_THAT(other.line(), StartsWith("220"));
    EXPECT_THAT(first.ask("QUIT"), StartsWith("221"));
    first.rest();
  }
  server.handler.wait_for_ends(2);
  RawClient third(server.port());
  EXPECT_THAT(third.line(), StartsWith("220"));
}

TEST(Listener, ATrustedProxyNamesTheClientAndIsNotCountedItself) {
  ListenOptions options;
  options.proxies = {"127.0.0.1"};
  options.max_sessions_per_address = 1;
  Server server(options);
  RawClient first(server.port());
  first.say("PROXY TCP4 192.0.2.7 192.0.2.1 5000 25\r\n");
  EXPECT_THAT(first.line(), StartsWith("220"));
  RawClient second(server.port());
  second.say("PROXY TCP6 2001:db8::7 2001:db8::1 5000 25\r\n");
  EXPECT_THAT(second.line(), StartsWith("220"));
  std::vector<std::string> seen;
  server.on_thread([&](Listener& listener) {
    listener.for_each_session([&](const smtp::ServerSession& session) {
      seen.push_back(session.peer().address + " by " + session.peer().proxy);
    });
  });
  EXPECT_THAT(seen, testing::UnorderedElementsAre("192.0.2.7 by 127.0.0.1", "2001:db8::7 by 127.0.0.1"));
}

TEST(Listener, ClientsBehindAProxyAreCountedByTheAddressThatItNames) {
  ListenOptions options;
  options.proxies = {"127.0.0.1"};
  options.max_sessions_per_address = 1;
  Server server(options);
  const std::string header = "PROXY TCP4 192.0.2.7 192.0.2.1 5000 25\r\n";
  {
    RawClient first(server.port());
    first.say(header);
    EXPECT_THAT(first.line(), StartsWith("220"));
    RawClient second(server.port());
    second.say(header);
    EXPECT_EQ(second.rest(), "421 4.7.0 Too many connections from your address\r\n");
    EXPECT_THAT(server.handler.wait_for_ends(1).at(0), HasSubstr("Too many connections"));
    RawClient other(server.port());
    other.say("PROXY TCP4 192.0.2.8 192.0.2.1 5000 25\r\n");
    EXPECT_THAT(other.line(), StartsWith("220"));
  }
  server.wait_until_empty();
  RawClient third(server.port());
  third.say(header);
  EXPECT_THAT(third.line(), StartsWith("220"));
}

TEST(Listener, XclientIsForTheAddressThatAProxyNamesAndNotForTheProxys) {
  ListenOptions options;
  options.proxies = {"127.0.0.1"};
  options.xclient_from = {"127.0.0.1", "192.0.2.7"};
  Server server(options);
  RawClient stranger(server.port());
  stranger.say("PROXY TCP4 203.0.113.9 192.0.2.1 5000 25\r\n");
  stranger.line();
  EXPECT_THAT(stranger.ask("EHLO me"), testing::Not(HasSubstr("XCLIENT")));
  EXPECT_THAT(stranger.ask("XCLIENT LOGIN=boss"), StartsWith("550 5.7.0"));
  RawClient trusted(server.port());
  trusted.say("PROXY TCP4 192.0.2.7 192.0.2.1 5000 25\r\n");
  trusted.line();
  EXPECT_THAT(trusted.ask("EHLO me"), HasSubstr("XCLIENT"));
}

TEST(Listener, AHeaderFromElsewhereIsACommandThatNobodyKnows) {
  ListenOptions options;
  options.proxies = {"192.0.2.0/24"};
  Server server(options);
  RawClient client(server.port());
  EXPECT_THAT(client.line(), StartsWith("220"));
  EXPECT_THAT(client.ask("PROXY TCP4 192.0.2.7 192.0.2.1 5000 25"), StartsWith("5"));
}

TEST(Listener, XclientIsOfferedToItsNetworksAlone) {
  ListenOptions options;
  options.xclient_from = {"127.0.0.2"};
  Server server(options);
  RawClient trusted(server.port(), "127.0.0.2");
  trusted.line();
  EXPECT_THAT(trusted.ask("EHLO me"), HasSubstr("XCLIENT"));
  RawClient stranger(server.port());
  stranger.line();
  EXPECT_THAT(stranger.ask("EHLO me"), testing::Not(HasSubstr("XCLIENT")));
}

TEST(Listener, ANetworkThatIsNoneIsNamed) {
  IoThread thread;
  Handler handler;
  for (auto member : {&ListenOptions::proxies, &ListenOptions::xclient_from}) {
    ListenOptions options;
    options.*member = {"10.0.0.0/99"};
    const auto opened = Listener::open(thread.context(), options, handler);
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().message, HasSubstr("10.0.0.0/99"));
  }
}

}  // namespace
}  // namespace gatepost::net
