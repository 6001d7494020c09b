#include "gatepost/smtp/server/operations/login.hpp"

#include "gatepost/core/base64.hpp"
#include "server_operation.hpp"

namespace gatepost::smtp::server {
namespace {

using namespace std::string_literals;

class ServerLoginOperation : public OperationTest {
 protected:
  ServerLoginOperation() { be_greeted(); }
  const std::string right = base64_encode("\0ivan\0secret-word"s);
  const std::string wrong = base64_encode("\0ivan\0another"s);
  Login login{context, transaction};
};

TEST_F(ServerLoginOperation, InitialResponseLogsInAtOnce) {
  EXPECT_EQ(login.begin("PLAIN " + right), Continuation::done);
  EXPECT_EQ(said(), "235 2.7.0 Authentication successful\r\n");
  EXPECT_TRUE(context.authenticated);
  EXPECT_EQ(context.peer.user, "ivan");
  EXPECT_EQ(context.peer.mechanism, "PLAIN");
}

TEST_F(ServerLoginOperation, ChallengesAreAnsweredLineByLine) {
  EXPECT_EQ(login.begin("login"), Continuation::goes_on);
  EXPECT_EQ(login.read_line(base64_encode("ivan")), Continuation::goes_on);
  EXPECT_FALSE(context.authenticated);
  EXPECT_EQ(login.read_line(base64_encode("secret-word")), Continuation::done);
  EXPECT_TRUE(context.authenticated);
}

TEST_F(ServerLoginOperation, CancelledAndMalformedExchangesEndIt) {
  login.begin("PLAIN");
  said();
  EXPECT_EQ(login.read_line("*"), Continuation::done);
  EXPECT_EQ(said(), "501 5.7.0 Authentication cancelled\r\n");
  login.begin("PLAIN");
  said();
  EXPECT_EQ(login.read_line("%"), Continuation::done);
  EXPECT_EQ(said(), "501 5.5.2 Cannot decode the response\r\n");
  EXPECT_EQ(login.begin("PLAIN " + base64_encode("ivan")), Continuation::done);
  EXPECT_EQ(said(), "501 5.5.2 The response is not the mechanism's\r\n");
  EXPECT_FALSE(context.authenticated);
  EXPECT_TRUE(handler.asked_for_auth.empty());
}

TEST_F(ServerLoginOperation, AbandonedExchangeLeavesRoomForANewOne) {
  login.begin("LOGIN");
  login.read_line(base64_encode("ivan"));
  login.abandon();
  said();
  EXPECT_EQ(login.begin("PLAIN " + right), Continuation::done);
  EXPECT_EQ(said(), "235 2.7.0 Authentication successful\r\n");
}

TEST_F(ServerLoginOperation, RefusedCredentialsCountTowardsTheLimit) {
  options.limits.auth_failures = 2;
  EXPECT_EQ(login.begin("PLAIN " + wrong), Continuation::done);
  EXPECT_EQ(said(), "535 5.7.8 Incorrect login or password\r\n");
  EXPECT_EQ(context.counters.auth_failures, 1);
  login.begin("PLAIN " + wrong);
  EXPECT_EQ(said(), "535 5.7.8 Incorrect login or password\r\n421 4.7.0 sink.example Too many failed logins\r\n");
  EXPECT_TRUE(context.is_closed());
}

TEST_F(ServerLoginOperation, RefusalOfATokenWaitsForTheClientsEmptyAnswer) {
  EXPECT_EQ(login.begin("XOAUTH2 " + base64_encode("user=ivan\1auth=Bearer stale\1\1")), Continuation::goes_on);
  EXPECT_TRUE(said().starts_with("334 "));
  EXPECT_EQ(context.counters.auth_failures, 0);
  EXPECT_EQ(login.read_line(""), Continuation::done);
  EXPECT_EQ(said(), "535 5.7.8 Incorrect login or password\r\n");
  EXPECT_EQ(context.counters.auth_failures, 1);
}

TEST_F(ServerLoginOperation, WrongProofIsRefusedWhateverTheHandlerSays) {
  handler.knows_passwords = true;
  login.begin("CRAM-MD5");
  said();
  EXPECT_EQ(login.read_line(base64_encode("ivan 00000000000000000000000000000000")), Continuation::done);
  EXPECT_EQ(said(), "535 5.7.8 Authentication credentials invalid\r\n");
  EXPECT_EQ(handler.asked_for_auth.size(), 1);
}

TEST_F(ServerLoginOperation, OutOfOrderOnesAreRefused) {
  transaction.begun = true;
  EXPECT_EQ(login.begin("PLAIN " + right), Continuation::done);
  EXPECT_EQ(said(), "503 5.5.1 AUTH is not allowed inside a mail transaction\r\n");
  context.authenticated = true;
  login.begin("PLAIN " + right);
  EXPECT_EQ(said(), "503 5.5.1 Already authenticated\r\n");
  context.peer.esmtp = false;
  login.begin("PLAIN " + right);
  EXPECT_EQ(said(), "503 5.5.1 Send EHLO first\r\n");
}

TEST_F(ServerLoginOperation, MechanismsThatCannotBeServedAreRefused) {
  options.auth_without_tls = false;
  login.begin("PLAIN " + right);
  EXPECT_EQ(said(), "538 5.7.11 Encryption is required for this authentication mechanism\r\n");
  for (const auto* const name : {"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "GSSAPI"}) {
    EXPECT_EQ(login.begin(name), Continuation::done);
    EXPECT_EQ(said(), "504 5.5.4 Unrecognized authentication type\r\n") << name;
  }
}

}  // namespace
}  // namespace gatepost::smtp::server
