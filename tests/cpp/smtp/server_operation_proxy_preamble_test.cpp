#include "gatepost/smtp/server/operations/proxy_preamble.hpp"

#include "server_operation.hpp"

namespace gatepost::smtp::server {
namespace {

class ServerProxyPreambleOperation : public OperationTest {
 protected:
  ServerProxyPreambleOperation() {
    context.peer.address = "192.0.2.1";
    context.peer.may_xclient = true;
  }
};

TEST_F(ServerProxyPreambleOperation, HeaderInPartsNamesTheClientAndLeavesWhatIsBehind) {
  ProxyPreamble preamble(context, {});
  std::string_view bytes = "PROXY TCP4 203.0.113.9 ";
  EXPECT_EQ(preamble.read(bytes), Continuation::goes_on);
  EXPECT_EQ(bytes, "");
  bytes = "192.0.2.1 4711 25\r\nEHLO me\r\n";
  EXPECT_EQ(preamble.read(bytes), Continuation::done);
  EXPECT_EQ(bytes, "EHLO me\r\n");
  EXPECT_EQ(context.peer.address, "203.0.113.9");
  EXPECT_EQ(context.peer.port, 4711);
  EXPECT_EQ(context.peer.proxy, "192.0.2.1");
  EXPECT_FALSE(context.peer.may_xclient) << "what the proxy may, its clients may not";
  EXPECT_EQ(said(), "") << "the greeting is not the preamble's";
}

TEST_F(ServerProxyPreambleOperation, ProxyThatSpeaksForItselfStaysTheClient) {
  ProxyPreamble preamble(context, [](ServerPeer&) { return std::string("not asked"); });
  std::string_view bytes = "PROXY UNKNOWN\r\n";
  EXPECT_EQ(preamble.read(bytes), Continuation::done);
  EXPECT_FALSE(context.is_closed());
  EXPECT_EQ(context.peer.address, "192.0.2.1");
  EXPECT_TRUE(context.peer.may_xclient);
}

TEST_F(ServerProxyPreambleOperation, BadHeaderClosesWithoutAReply) {
  ProxyPreamble preamble(context, {});
  std::string_view bytes = "EHLO me\r\n";
  EXPECT_EQ(preamble.read(bytes), Continuation::done);
  EXPECT_TRUE(context.is_closed());
  EXPECT_EQ(said(), "");
}

TEST_F(ServerProxyPreambleOperation, ClientThatIsNotAdmittedIsToldSoUnlessTlsWouldComeFirst) {
  const auto refuse = [](ServerPeer&) { return std::string("554 5.7.1 Not you"); };
  for (const bool tls : {false, true}) {
    options.implicit_tls = tls;
    SessionContext fresh(options, handler, ServerPeer{});
    ProxyPreamble preamble(fresh, refuse);
    std::string_view bytes = "PROXY TCP4 203.0.113.9 192.0.2.1 4711 25\r\n";
    EXPECT_EQ(preamble.read(bytes), Continuation::done);
    EXPECT_TRUE(fresh.is_closed());
    EXPECT_EQ(handler.close_reason, "554 5.7.1 Not you");
    fresh.replies.publish();
    EXPECT_EQ(fresh.replies.output(), tls ? "" : "554 5.7.1 Not you\r\n");
  }
}

}  // namespace
}  // namespace gatepost::smtp::server
