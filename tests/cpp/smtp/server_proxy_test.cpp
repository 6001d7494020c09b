#include "gatepost/smtp/proxy_header.hpp"
#include "server_script.hpp"

namespace gatepost::smtp {
namespace {

ProxyHeader header(unsigned version) { return {version, false, "203.0.113.9", 4711, "192.0.2.1", 25}; }

class ServerProxy : public ServerTest {
 protected:
  static ServerPeer proxied() {
    ServerPeer peer;
    peer.address = "10.0.0.1";
    peer.port = 1000;
    peer.speaks_proxy = true;
    return peer;
  }
};
INSTANTIATE_TEST_SUITE_P(, ServerProxy, testing::Bool(), server_portions);

TEST_P(ServerProxy, NamedClientIsThePeerAndIsGreetedBehindTheHeader) {
  for (const unsigned version : {1u, 2u}) {
    auto script = start(strict(), proxied());
    EXPECT_EQ(script.replies(), "");
    EXPECT_EQ(script.session.need(), ServerNeed::read);
    EXPECT_EQ(script.say(write_proxy_header(header(version))), "220 sink.example ESMTP gatepost\r\n");
    EXPECT_EQ(script.session.peer().address, "203.0.113.9");
    EXPECT_EQ(script.session.peer().port, 4711);
    EXPECT_EQ(script.session.peer().proxy, "10.0.0.1");
    EXPECT_TRUE(script.say("EHLO x\r\n").starts_with("250"));
  }
}

TEST_P(ServerProxy, WhatTheProxyMayItsClientMayNot) {
  auto peer = proxied();
  peer.may_xclient = true;
  auto script = start(strict(), peer);
  script.say(write_proxy_header(header(2)));
  EXPECT_EQ(script.say("EHLO x\r\n").find("XCLIENT"), std::string::npos);
  EXPECT_TRUE(script.say("XCLIENT LOGIN=boss\r\n").starts_with("550 5.7.0"));
  EXPECT_EQ(script.session.peer().user, "");
}

TEST_P(ServerProxy, NamedClientThatIsNotAdmittedIsToldWhyAndUnderTlsNothing) {
  for (const bool tls : {false, true}) {
    auto options = strict();
    options.implicit_tls = tls;
    std::string asked;
    ServerSession session(options, handler, proxied(), [&](ServerPeer& named) {
      asked = named.address;
      return std::string("421 4.7.0 Not today");
    });
    const auto bytes = write_proxy_header(header(1)) + "EHLO x\r\n";
    for (const char c : bytes) session.receive({&c, 1});
    EXPECT_EQ(session.need(), ServerNeed::closed);
    EXPECT_EQ(session.output(), tls ? "" : "421 4.7.0 Not today\r\n");
    EXPECT_EQ(handler.close_reason, "421 4.7.0 Not today");
    EXPECT_EQ(asked, "203.0.113.9");
  }
}

TEST_P(ServerProxy, LocalAndUnknownKeepTheConnectorsAddress) {
  for (const unsigned version : {1u, 2u}) {
    auto script = start(strict(), proxied());
    auto local = header(version);
    local.local = true;
    EXPECT_EQ(script.say(write_proxy_header(local)), "220 sink.example ESMTP gatepost\r\n");
    EXPECT_EQ(script.session.peer().address, "10.0.0.1");
    EXPECT_EQ(script.session.peer().port, 1000);
    EXPECT_EQ(script.session.peer().proxy, "");
  }
}

TEST_P(ServerProxy, ClientThatSpeaksRightBehindTheHeaderSpokeTooEarly) {
  auto script = start(strict(), proxied());
  const auto reply = script.say(write_proxy_header(header(2)) + "EHLO x\r\n");
  EXPECT_TRUE(reply.ends_with("input before the greeting\r\n")) << reply;
  EXPECT_EQ(script.session.need(), ServerNeed::closed);
}

TEST_P(ServerProxy, AnythingElseIsClosedWithoutAWord) {
  for (const std::string_view bytes : {"EHLO x\r\n", "GET / HTTP/1.1\r\n", "PROXY TCP4 a b c d\r\n", "\r\n\r\n"}) {
    auto script = start(strict(), proxied());
    EXPECT_EQ(script.say(bytes), "") << bytes;
    if (bytes == "\r\n\r\n") {
      EXPECT_EQ(script.session.need(), ServerNeed::read) << "the beginning of a binary header";
      script.session.timed_out();
      EXPECT_EQ(script.replies(), "");
    }
    EXPECT_EQ(script.session.need(), ServerNeed::closed);
    EXPECT_EQ(handler.closed, 1);
    handler.closed = 0;
  }
}

TEST_P(ServerProxy, ShutDownBeforeTheHeaderSaysNothing) {
  auto script = start(strict(), proxied());
  script.session.shut_down();
  EXPECT_EQ(script.replies(), "");
  EXPECT_EQ(script.session.need(), ServerNeed::closed);
}

TEST(ServerProxyTls, HandshakeThatCameWithTheHeaderIsHandedToTls) {
  ScriptedHandler handler;
  ServerOptions options;
  options.implicit_tls = true;
  ServerPeer peer;
  peer.speaks_proxy = true;
  ServerScript script(handler, options, false, peer);
  EXPECT_EQ(script.session.need(), ServerNeed::read) << "the header comes in the clear";
  EXPECT_EQ(script.say(write_proxy_header(header(2)) + "\x16\x03\x01"), "");
  EXPECT_EQ(script.session.need(), ServerNeed::start_tls);
  EXPECT_EQ(script.session.tls_input(), "\x16\x03\x01");
  script.session.tls_established({"TLSv1.3", "x"});
  EXPECT_TRUE(script.replies().starts_with("220"));
  EXPECT_EQ(script.session.peer().address, "203.0.113.9");
}

}  // namespace
}  // namespace gatepost::smtp
