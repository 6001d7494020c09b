#include "server_script.hpp"

namespace gatepost::smtp {
namespace {

class ServerXclient : public ServerTest {
 protected:
  static ServerPeer trusted() {
    ServerPeer peer;
    peer.address = "10.0.0.1";
    peer.may_xclient = true;
    return peer;
  }
};
INSTANTIATE_TEST_SUITE_P(, ServerXclient, testing::Bool(), server_portions);

TEST_P(ServerXclient, SessionBeginsAnewAsTheNamedClient) {
  auto script = greeted(strict(), trusted());
  EXPECT_EQ(script.say("XCLIENT ADDR=IPV6:2001:DB8::1 PORT=4711 NAME=mx.example\r\n"),
            "220 sink.example ESMTP gatepost\r\n");
  EXPECT_EQ(script.session.peer().address, "2001:db8::1");
  EXPECT_EQ(script.session.peer().port, 4711);
  EXPECT_EQ(script.session.peer().proxy, "10.0.0.1");
  EXPECT_EQ(script.session.peer().helo, "");
  EXPECT_TRUE(script.say("MAIL FROM:<a@b>\r\n").starts_with("503 5.5.1"));
  EXPECT_NE(script.say("EHLO x\r\n").find("XCLIENT"), std::string::npos);
}

TEST_P(ServerXclient, HeloProtoAndLoginAreTaken) {
  auto options = strict();
  options.require_auth = true;
  auto script = greeted(options, trusted());
  script.say("XCLIENT LOGIN=ivan+40b.ru HELO=client.example PROTO=SMTP\r\n");
  EXPECT_EQ(script.session.peer().user, "ivan@b.ru");
  EXPECT_EQ(script.session.peer().mechanism, "XCLIENT");
  EXPECT_EQ(script.session.peer().helo, "client.example");
  EXPECT_FALSE(script.session.peer().esmtp);
  EXPECT_EQ(script.session.peer().address, "10.0.0.1");
  EXPECT_EQ(script.session.peer().proxy, "");
  EXPECT_TRUE(script.say("MAIL FROM:<a@b>\r\n").starts_with("250"));
}

TEST_P(ServerXclient, LoginOfBeforeIsForgotten) {
  auto script = greeted(strict(), trusted());
  script.say("AUTH PLAIN AGl2YW4Ac2VjcmV0LXdvcmQ=\r\n");
  EXPECT_EQ(script.session.peer().user, "ivan");
  script.say("XCLIENT ADDR=[UNAVAILABLE] LOGIN=[UNAVAILABLE] HELO=[TEMPUNAVAIL]\r\n");
  EXPECT_EQ(script.session.peer().user, "");
  EXPECT_EQ(script.session.peer().address, "unknown");
}

TEST_P(ServerXclient, HandlerMayRefuseTheNamedClient) {
  auto script = greeted(strict(), trusted());
  handler.connect = refuse("554 5.7.1 Not you");
  EXPECT_EQ(script.say("XCLIENT ADDR=192.0.2.1\r\n"), "554 5.7.1 Not you\r\n");
  EXPECT_EQ(script.session.need(), ServerNeed::closed);
}

TEST_P(ServerXclient, BadAttributesChangeNothing) {
  for (const std::string_view bad :
       {"", "ADDR", "ADDR=1.2.3", "ADDR=IPV6:x", "PORT=65536", "PORT=", "PROTO=HTTP", "HELO=a+0D+0AMAIL", "LOGIN=+00",
        "LOGIN=+FF", "LOGIN=a+2", "LOGIN=a=b", "ODD=1", "ADDR=192.0.2.1 ODD=1"}) {
    auto script = greeted(strict(), trusted());
    EXPECT_TRUE(script.say("XCLIENT " + std::string(bad) + "\r\n").starts_with("501 5.5.4")) << bad;
    EXPECT_EQ(script.session.peer().address, "10.0.0.1");
    EXPECT_EQ(script.session.peer().helo, "client.example");
  }
}

TEST_P(ServerXclient, StrangersAndTransactionsAreRefused) {
  auto stranger = greeted(strict());
  EXPECT_TRUE(stranger.say("XCLIENT ADDR=192.0.2.1\r\n").starts_with("550 5.7.0"));
  EXPECT_EQ(stranger.session.peer().address, "");
  auto script = greeted(strict(), trusted());
  script.say("MAIL FROM:<a@b>\r\n");
  EXPECT_TRUE(script.say("XCLIENT ADDR=192.0.2.1\r\n").starts_with("503 5.5.1"));
}

}  // namespace
}  // namespace gatepost::smtp
