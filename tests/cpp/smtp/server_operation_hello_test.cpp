#include "gatepost/smtp/server/operations/hello.hpp"

#include "gatepost/smtp/server/announcement.hpp"
#include "gatepost/smtp/server/operations/greeting.hpp"
#include "server_operation.hpp"

namespace gatepost::smtp::server {
namespace {

class ServerHelloOperation : public OperationTest {
 protected:
  Greeting greeting{context};
  Hello hello{context, transaction};
};

TEST_F(ServerHelloOperation, GreetingNamesTheProtocol) {
  greeting.greet();
  EXPECT_EQ(said(), "220 sink.example ESMTP gatepost\r\n");
  options.lmtp = true;
  greeting.greet();
  EXPECT_EQ(said(), "220 sink.example LMTP gatepost\r\n");
}

TEST_F(ServerHelloOperation, RefusedConnectionIsClosedBehindItsReply) {
  handler.connect = refuse("554 5.7.1 Not you");
  greeting.greet();
  EXPECT_EQ(said(), "554 5.7.1 Not you\r\n");
  EXPECT_EQ(handler.close_reason, "refused");
}

TEST_F(ServerHelloOperation, EhloAnnouncesAndEndsTheTransaction) {
  begin_transaction();
  hello.on_hello("client.example", Verb::ehlo);
  EXPECT_TRUE(said().starts_with("250-sink.example\r\n250-PIPELINING\r\n"));
  EXPECT_EQ(context.peer.helo, "client.example");
  EXPECT_TRUE(context.peer.esmtp);
  EXPECT_TRUE(context.said_hello);
  EXPECT_FALSE(transaction.begun);
}

TEST_F(ServerHelloOperation, HeloAnnouncesNothing) {
  hello.on_hello("client.example", Verb::helo);
  EXPECT_EQ(said(), "250 sink.example\r\n");
  EXPECT_FALSE(context.peer.esmtp);
  EXPECT_TRUE(context.said_hello);
}

TEST_F(ServerHelloOperation, BadNameAndVerbOfAnotherProtocolChangeNothing) {
  begin_transaction();
  hello.on_hello("two words", Verb::ehlo);
  EXPECT_EQ(said(), "501 5.5.4 Syntax: EHLO hostname\r\n");
  hello.on_hello("client.example", Verb::lhlo);
  EXPECT_EQ(said(), "500 5.5.1 This is SMTP: send EHLO\r\n");
  EXPECT_TRUE(transaction.begun);
  EXPECT_EQ(context.peer.helo, "");
  EXPECT_EQ(context.counters.errors, 2);
}

TEST_F(ServerHelloOperation, RefusedHelloIsNone) {
  handler.ehlo = refuse("550 5.7.1 Not you");
  hello.on_hello("client.example", Verb::ehlo);
  EXPECT_EQ(said(), "550 5.7.1 Not you\r\n");
  EXPECT_FALSE(context.said_hello);
  EXPECT_FALSE(context.is_closed());
}

TEST_F(ServerHelloOperation, AnnouncedIsWhatCanBeServedNow) {
  options.offer_starttls = true;
  options.auth_without_tls = false;
  const auto clear = announcement(context);
  EXPECT_NE(clear.find("\nSTARTTLS"), std::string::npos);
  EXPECT_EQ(clear.find("\nAUTH"), std::string::npos);
  EXPECT_EQ(clear.find("\nREQUIRETLS"), std::string::npos);
  context.peer.tls = TlsFacts{"TLSv1.3", "x"};
  const auto secured = announcement(context);
  EXPECT_EQ(secured.find("\nSTARTTLS"), std::string::npos);
  EXPECT_NE(secured.find("\nAUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER\n"), std::string::npos);
  EXPECT_NE(secured.find("\nREQUIRETLS"), std::string::npos);
}

}  // namespace
}  // namespace gatepost::smtp::server
