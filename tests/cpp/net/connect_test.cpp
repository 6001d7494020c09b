#include <gmock/gmock.h>

#include <boost/asio/post.hpp>

#include "owner.hpp"
#include "scripted_server.hpp"

namespace gatepost::net {
namespace {

using codes::Category;
using codes::Phase;
using testing::HasSubstr;

ConnectOptions to(std::string host, std::uint16_t port) {
  ConnectOptions options;
  options.targets = {{std::move(host), port}};
  options.session.security = smtp::Security::none;
  return options;
}

std::uint16_t port_that_nobody_listens_on() {
  boost::asio::io_context context;
  const boost::asio::ip::tcp::acceptor acceptor(context, {boost::asio::ip::make_address("127.0.0.1"), 0});
  return acceptor.local_endpoint().port();
}

TEST(Connect, ARefusedPortIsConnectFailedAndNamesTheAddress) {
  IoThread thread;
  const auto port = port_that_nobody_listens_on();
  const auto end = run(thread, to("127.0.0.1", port));
  ASSERT_TRUE(end.failure);
  EXPECT_EQ(end.failure->category, Category::connect_failed);
  EXPECT_EQ(end.failure->phase, Phase::connect);
  EXPECT_EQ(end.failure->scope, codes::Scope::session);
  EXPECT_THAT(end.failure->message, HasSubstr("127.0.0.1 port " + std::to_string(port) + ": Connection refused"));
  EXPECT_EQ(end.failure->system_error, ECONNREFUSED);
  EXPECT_FALSE(end.failure->timed_out);
}

TEST(Connect, ARefusedNameIsNamedWithEachOfItsAddresses) {
  IoThread thread;
  const auto port = std::to_string(port_that_nobody_listens_on());
  const auto end = run(thread, to("localhost", static_cast<std::uint16_t>(std::stoi(port))));
  ASSERT_TRUE(end.failure);
  EXPECT_THAT(end.failure->message, HasSubstr("could not connect to localhost port " + port + ": "));
  EXPECT_THAT(end.failure->message, HasSubstr("127.0.0.1:" + port + ": Connection refused"));
  EXPECT_EQ(end.failure->system_error, ECONNREFUSED);
}

TEST(Connect, ANameThatCannotBeIsDomainUnknownInPhaseDns) {
  IoThread thread;
  const auto end = run(thread, to("not a name", 25));
  ASSERT_TRUE(end.failure);
  EXPECT_EQ(end.failure->category, Category::connect_failed);
  EXPECT_EQ(end.failure->phase, Phase::dns);
  EXPECT_THAT(end.failure->message, HasSubstr("not a name"));
  EXPECT_EQ(end.failure->system_error, 0);
  EXPECT_FALSE(end.failure->timed_out);
}

TEST(Connect, ANameWithSeveralAddressesIsTriedUntilOneAnswers) {
  IoThread thread;
  ScriptedServer server({"220 hello", "250 me", "221 bye"}, ScriptedServer::Then::hang_up);  // on 127.0.0.1 alone
  const auto end = run(thread, to("localhost", server.port()));
  EXPECT_FALSE(end.failure) << end.failure->message;
}

TEST(Connect, AServerThatSpeaksOfATimeoutHasAnsweredInTime) {
  IoThread thread;
  ScriptedServer server({"421 4.4.2 timeout: no answer before the deadline"}, ScriptedServer::Then::hang_up);
  const auto end = run(thread, to("127.0.0.1", server.port()));
  ASSERT_TRUE(end.failure);
  EXPECT_FALSE(end.failure->timed_out);
}

TEST(Connect, AServerThatHangsUpAfterMailIsConnectionLostThere) {
  IoThread thread;
  ScriptedServer server({"220 hello", "250 me", "250 2.1.0 ok"}, ScriptedServer::Then::hang_up);
  const auto end = run(thread, to("127.0.0.1", server.port()), {letter_of(1)});
  ASSERT_TRUE(end.failure);
  EXPECT_EQ(end.failure->category, Category::connection_lost);
  EXPECT_FALSE(end.failure->timed_out);
  ASSERT_EQ(end.outcomes.size(), 1U);
  EXPECT_FALSE(end.outcomes[0].recipients.at(0).accepted);
}

TEST(Connect, ALetterThatTheServerCannotTakeIsReportedAtOnceWithoutAByte) {
  IoThread thread;
  ScriptedServer server({"220 hello", "250 me", "221 bye"}, ScriptedServer::Then::hang_up);  // no SMTPUTF8
  auto letter = letter_of(1);
  letter.rcpt_to = {"ольга@example.com"};
  Owner owner({letter}, false);
  const auto connection = ClientConnection::open(thread.context(), to("127.0.0.1", server.port()), owner);
  owner.wait_for_outcomes(1);
  boost::asio::post(thread.context(), [&] { connection->quit(); });
  const auto end = owner.end();
  ASSERT_EQ(end.outcomes.size(), 1U);
  EXPECT_EQ(end.outcomes[0].recipients.at(0).failure->category, Category::feature_unsupported);
}

TEST(Connect, AnIdleConnectionNoticesThatTheServerHasHungUp) {
  IoThread thread;
  ScriptedServer server({"220 hello", "250 me\r\n421 4.4.2 idle for too long"}, ScriptedServer::Then::hang_up);
  Owner owner({}, false);
  const auto connection = ClientConnection::open(thread.context(), to("127.0.0.1", server.port()), owner);
  EXPECT_TRUE(owner.end().failure);
}

TEST(Connect, QuitNowBeforeTheConnectionStandsEndsItOnce) {
  IoThread thread;
  ScriptedServer server({});
  Owner owner;
  const auto connection = ClientConnection::open(thread.context(), to("127.0.0.1", server.port()), owner);
  boost::asio::post(thread.context(), [&] {
    connection->quit(true);
    connection->quit(true);
  });
  const auto end = owner.end();
  EXPECT_TRUE(end.failure);
  EXPECT_EQ(owner.times_closed(), 1);
  // The server waits for somebody to come and go.
  boost::asio::io_context context;
  boost::asio::ip::tcp::socket(context).connect({boost::asio::ip::make_address("127.0.0.1"), server.port()});
}

}  // namespace
}  // namespace gatepost::net
