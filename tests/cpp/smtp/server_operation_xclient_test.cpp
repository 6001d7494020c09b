#include "gatepost/smtp/server/operations/xclient.hpp"

#include "gatepost/smtp/server/xclient_attributes.hpp"
#include "server_operation.hpp"

namespace gatepost::smtp::server {
namespace {

class ServerXclientOperation : public OperationTest {
 protected:
  ServerXclientOperation() {
    context.peer.address = "192.0.2.1";
    context.peer.may_xclient = true;
    be_greeted();
  }
  Xclient xclient{context, transaction};
};

TEST_F(ServerXclientOperation, NamedClientTakesThePlaceOfTheOneThatConnected) {
  EXPECT_TRUE(xclient.on_xclient("ADDR=203.0.113.9 PORT=4711 HELO=mx.example PROTO=ESMTP LOGIN=ivan"));
  EXPECT_EQ(context.peer.address, "203.0.113.9");
  EXPECT_EQ(context.peer.proxy, "192.0.2.1");
  EXPECT_EQ(context.peer.port, 4711);
  EXPECT_EQ(context.peer.helo, "mx.example");
  EXPECT_EQ(context.peer.user, "ivan");
  EXPECT_EQ(context.peer.mechanism, "XCLIENT");
  EXPECT_TRUE(context.said_hello && context.authenticated);
  EXPECT_EQ(said(), "") << "the greeting is not XCLIENT's";
}

TEST_F(ServerXclientOperation, WithoutHeloTheClientHasToSayItAnew) {
  EXPECT_TRUE(xclient.on_xclient("ADDR=203.0.113.9"));
  EXPECT_FALSE(context.said_hello || context.peer.esmtp);
}

TEST_F(ServerXclientOperation, RefusedOneChangesNothing) {
  EXPECT_FALSE(xclient.on_xclient("ADDR=nowhere"));
  EXPECT_EQ(said(), "501 5.5.4 Bad ADDR\r\n");
  transaction.begun = true;
  EXPECT_FALSE(xclient.on_xclient("ADDR=203.0.113.9"));
  EXPECT_EQ(said(), "503 5.5.1 XCLIENT is not allowed inside a mail transaction\r\n");
  context.peer.may_xclient = false;
  EXPECT_FALSE(xclient.on_xclient("ADDR=203.0.113.9"));
  EXPECT_EQ(said(), "550 5.7.0 XCLIENT is not for you\r\n");
  EXPECT_EQ(context.peer.address, "192.0.2.1");
  EXPECT_TRUE(context.said_hello);
}

TEST_F(ServerXclientOperation, AttributesAreReadWithTheirXtextAndWhatIsUnavailable) {
  const auto named = read_xclient_attributes("ADDR=IPv6:2001:db8::1 helo=a+2Bb LOGIN=[UNAVAILABLE] PROTO=smtp NAME=x");
  ASSERT_TRUE(named);
  EXPECT_EQ(named->address, "2001:db8::1");
  EXPECT_EQ(named->helo, "a+b");
  EXPECT_EQ(named->login, "");
  EXPECT_EQ(named->port, std::nullopt);
  EXPECT_FALSE(named->esmtp);
  EXPECT_EQ(read_xclient_attributes("ADDR=[UNAVAILABLE]")->address, "unknown");
}

TEST_F(ServerXclientOperation, BadAttributesGiveTheirReply) {
  const auto reply_to = [](std::string_view arguments) { return read_xclient_attributes(arguments).error(); };
  EXPECT_EQ(reply_to(""), "501 5.5.4 Syntax: XCLIENT attribute=value ...");
  EXPECT_EQ(reply_to("ADDR"), "501 5.5.4 Syntax: XCLIENT attribute=value ...");
  EXPECT_EQ(reply_to("HELO=a+0Db"), "501 5.5.4 Bad attribute value");
  EXPECT_EQ(reply_to("PORT=65536"), "501 5.5.4 Bad PORT");
  EXPECT_EQ(reply_to("PROTO=LMTP"), "501 5.5.4 Bad PROTO");
  EXPECT_EQ(reply_to("COLOUR=red"), "501 5.5.4 Unsupported attribute");
}

}  // namespace
}  // namespace gatepost::smtp::server
