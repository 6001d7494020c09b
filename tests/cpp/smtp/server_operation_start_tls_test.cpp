#include "gatepost/smtp/server/operations/start_tls.hpp"

#include "server_operation.hpp"

namespace gatepost::smtp::server {
namespace {

class ServerStartTlsOperation : public OperationTest {
 protected:
  ServerStartTlsOperation() { options.offer_starttls = true; }
  StartTls start_tls{context, transaction};
};

TEST_F(ServerStartTlsOperation, OfferedOneIsFollowedByTheHandshake) {
  EXPECT_EQ(start_tls.begin("", false), Continuation::goes_on);
  EXPECT_EQ(said(), "220 2.0.0 Ready to start TLS\r\n");
}

TEST_F(ServerStartTlsOperation, RefusedOneIsDoneAndTheSessionGoesOn) {
  EXPECT_EQ(start_tls.begin("now", false), Continuation::done);
  EXPECT_EQ(said(), "501 5.5.4 Syntax: STARTTLS\r\n");
  context.peer.tls = TlsFacts{};
  EXPECT_EQ(start_tls.begin("", false), Continuation::done);
  EXPECT_EQ(said(), "503 5.5.1 TLS is already active\r\n");
  options.offer_starttls = false;
  EXPECT_EQ(start_tls.begin("", false), Continuation::done);
  EXPECT_EQ(said(), "502 5.5.1 STARTTLS is not offered\r\n");
  EXPECT_FALSE(context.is_closed());
}

TEST_F(ServerStartTlsOperation, InputBehindItEndsTheSession) {
  EXPECT_EQ(start_tls.begin("", true), Continuation::done);
  EXPECT_EQ(said(), "554 5.5.0 Commands behind STARTTLS are not accepted\r\n");
  EXPECT_EQ(handler.close_reason, "input behind STARTTLS before its reply");
}

TEST_F(ServerStartTlsOperation, NothingLearntBeforeTlsCounts) {
  begin_transaction();
  context.authenticated = true;
  context.peer.helo = "client.example";
  context.peer.user = "ivan";
  context.counters.errors = 3;
  start_tls.established({"TLSv1.3", "TLS_AES_256_GCM_SHA384"});
  EXPECT_TRUE(context.peer.tls);
  EXPECT_FALSE(transaction.begun);
  EXPECT_FALSE(context.said_hello || context.authenticated || context.peer.esmtp);
  EXPECT_EQ(context.peer.helo + context.peer.user, "");
  EXPECT_EQ(context.counters.errors, 3) << "what the limits count stays";
  EXPECT_EQ(context.transcript.text(), "-- TLS: TLSv1.3 TLS_AES_256_GCM_SHA384\n");
}

}  // namespace
}  // namespace gatepost::smtp::server
