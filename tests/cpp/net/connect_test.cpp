#include <gmock/gmock.h>

#include <boost/asio/post.hpp>

#include "owner.hpp"
#include "raw_server.hpp"
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

/// Takes no connection any more: its queue is full, and what comes after is left without an answer.
class BlackHole {
 public:
  BlackHole(const char* address, std::uint16_t port) {
    acceptor_.open(boost::asio::ip::tcp::v4());
    acceptor_.set_option(boost::asio::socket_base::reuse_address(true));
    acceptor_.bind({boost::asio::ip::make_address(address), port});
    acceptor_.listen(0);
    for (auto& each : waiting_) each.async_connect(acceptor_.local_endpoint(), [](const auto&) {});
  }

 private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_{context_};
  boost::asio::ip::tcp::socket waiting_[4] = {
      boost::asio::ip::tcp::socket(context_), boost::asio::ip::tcp::socket(context_),
      boost::asio::ip::tcp::socket(context_), boost::asio::ip::tcp::socket(context_)};
};

TEST(Connect, AFirstAddressThatIsSilentCostsAQuarterOfASecond) {
  IoThread thread;
  ScriptedServer server({"220 hello", "250 me", "221 bye"}, ScriptedServer::Then::hang_up);
  const BlackHole silent("127.0.0.2", server.port());
  auto options = to("mx.example", server.port());
  options.addresses_of = [](const std::string&) { return std::vector<std::string>{"127.0.0.2", "127.0.0.1"}; };
  options.deadlines.connect = std::chrono::seconds(30);
  const auto end = run(thread, options);
  EXPECT_FALSE(end.failure) << end.failure->message;
  EXPECT_EQ(end.facts.server, "127.0.0.1:" + std::to_string(server.port()));
  EXPECT_GE(end.facts.timings.connect, std::chrono::milliseconds(250));
  EXPECT_LT(end.facts.timings.connect, std::chrono::seconds(10));
}

TEST(Connect, AddressesThatAllFailAreEachToldWithTheirReason) {
  IoThread thread;
  const auto port = port_that_nobody_listens_on();
  const BlackHole silent("127.0.0.2", port);
  auto options = to("mx.example", port);
  options.addresses_of = [](const std::string&) { return std::vector<std::string>{"127.0.0.2", "127.0.0.1"}; };
  options.deadlines.connect = std::chrono::milliseconds(400);
  const auto end = run(thread, options);
  ASSERT_TRUE(end.failure);
  const auto number = std::to_string(port);
  EXPECT_EQ(end.failure->message, "could not connect to mx.example port " + number + ": 127.0.0.2:" + number +
                                      ": no answer within 400 ms; 127.0.0.1:" + number + ": Connection refused");
  EXPECT_TRUE(end.failure->timed_out);
}

TEST(Connect, ASourceAddressRacesOnlyTheAddressesOfItsFamily) {
  IoThread thread;
  ScriptedServer server({"220 hello", "250 me", "221 bye"}, ScriptedServer::Then::hang_up);
  auto options = to("mx.example", server.port());
  options.addresses_of = [](const std::string&) { return std::vector<std::string>{"::1", "127.0.0.1"}; };
  options.source_address = "127.0.0.3";
  const auto end = run(thread, options);
  EXPECT_FALSE(end.failure) << end.failure->message;
}

TEST(Connect, TheAddressOfThisEndIsTheNameWhereThereIsNoOther) {
  IoThread thread;
  std::string heard;
  for (const auto& [source, name] :
       {std::pair{"", "EHLO [127.0.0.1]\r\n"}, std::pair{"127.0.0.3", "EHLO [127.0.0.3]\r\n"}}) {
    RawServer server([&](RawSocket& socket) {
      say(socket, "220 hello\r\n");
      heard = read_bytes(socket, 18);
      say(socket, "250 me\r\n");
      answer(socket, {"221 bye"});
    });
    auto options = to("127.0.0.1", server.port());
    options.source_address = source;
    const auto end = run(thread, options);
    EXPECT_FALSE(end.failure) << end.failure->message;
    EXPECT_EQ(heard, name);
  }
}

TEST(Connect, AnInternationalHostIsShownAsItIsWritten) {
  IoThread thread;
  auto options = to("xn--80a1acny.xn--p1ai", port_that_nobody_listens_on());
  options.targets[0].shown = "почта.рф";
  options.addresses_of = [](const std::string& host) {
    EXPECT_EQ(host, "xn--80a1acny.xn--p1ai");
    return std::vector<std::string>{"127.0.0.1"};
  };
  const auto end = run(thread, options);
  EXPECT_THAT(end.failure->message, HasSubstr("could not connect to почта.рф port "));
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
