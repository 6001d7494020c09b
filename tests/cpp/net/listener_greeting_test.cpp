#include <gmock/gmock.h>

#include "handler.hpp"
#include "raw_client.hpp"

namespace gatepost::net {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using namespace std::chrono_literals;

TEST(Listener, WhoTalksBeforeTheGreetingIsHeard) {
  Server server;
  // The server's thread is held up while the client connects and talks, as a busy one would be.
  std::unique_ptr<RawClient> client;
  server.on_thread([&](Listener&) {
    client = std::make_unique<RawClient>(server.port());
    client->say("EHLO me\r\n");
  });
  EXPECT_THAT(client->rest(), HasSubstr("554 5.5.0 SMTP protocol synchronization: input before the greeting"));
  EXPECT_EQ(server.handler.wait_for_ends(1).at(0), "input before the greeting");
}

TEST(Listener, WhoTalksBehindAProxysHeaderBeforeTheGreetingIsHeard) {
  ListenOptions options;
  options.proxies = {"127.0.0.1"};
  Server server(options);
  std::unique_ptr<RawClient> client;
  server.on_thread([&](Listener&) {
    client = std::make_unique<RawClient>(server.port());
    client->say("PROXY TCP4 192.0.2.7 192.0.2.1 5000 25\r\nEHLO me\r\n");
  });
  EXPECT_THAT(client->rest(), HasSubstr("554 5.5.0"));
}

TEST(Listener, WhoTalksBeforeADelayedGreetingIsHeard) {
  Server server;
  server.handler.greeting_delay = 100ms;
  RawClient client(server.port());
  client.say("EHLO me\r\n");
  EXPECT_THAT(client.line(), StartsWith("554"));
}

TEST(Listener, WhoWaitsForADelayedGreetingGetsIt) {
  Server server;
  server.handler.greeting_delay = 20ms;
  RawClient client(server.port());
  EXPECT_THAT(client.line(), StartsWith("220"));
}

}  // namespace
}  // namespace gatepost::net
