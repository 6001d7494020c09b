// Several places where a server may be, tried in order.
#include <gmock/gmock.h>

#include "owner.hpp"
#include "raw_server.hpp"
#include "scripted_server.hpp"
#include "tls_peer.hpp"

namespace gatepost::net {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using codes::Category;
using codes::Phase;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

ConnectOptions to(std::vector<Target> targets) {
  ConnectOptions options;
  options.targets = std::move(targets);
  options.session.security = smtp::Security::none;
  return options;
}

std::uint16_t port_that_nobody_listens_on() {
  boost::asio::io_context context;
  const boost::asio::ip::tcp::acceptor acceptor(context, {boost::asio::ip::make_address("127.0.0.1"), 0});
  return acceptor.local_endpoint().port();
}

TEST(Targets, TheFirstThatLetsUsConnectIsTakenAndNamed) {
  IoThread thread;
  ScriptedServer server({"220 hello", "250 me", "221 bye"}, ScriptedServer::Then::hang_up);
  const auto end = run(thread, to({{"not a name", 25},
                                   {"127.0.0.1", port_that_nobody_listens_on()},
                                   {"", 0, "/nonexistent/gate.sock"},
                                   {"localhost", server.port()},
                                   {"127.0.0.1", server.port()}}));
  EXPECT_FALSE(end.failure) << end.failure->message;
  EXPECT_EQ(end.facts.target, "localhost:" + std::to_string(server.port()));
  EXPECT_EQ(end.facts.server, "127.0.0.1:" + std::to_string(server.port()));
}

TEST(Targets, WhereNoneLetsUsConnectTheFailureHoldsTheWordsOfEach) {
  IoThread thread;
  const auto first = port_that_nobody_listens_on();
  const auto end = run(thread, to({{"127.0.0.1", first}, {"", 0, "/nonexistent/gate.sock"}}));
  ASSERT_TRUE(end.failure);
  EXPECT_EQ(end.failure->category, Category::connect_failed);
  EXPECT_EQ(end.failure->phase, Phase::connect);
  EXPECT_EQ(end.failure->scope, codes::Scope::session);
  EXPECT_EQ(end.failure->message,
            "could not connect to 127.0.0.1 port " + std::to_string(first) +
                ": Connection refused; could not connect to unix:/nonexistent/gate.sock: No such file or directory");
}

TEST(Targets, TheFailureIsThatOfTheOneThatCameFurthest) {
  IoThread thread;
  const auto port = port_that_nobody_listens_on();
  for (const auto& targets : std::vector<std::vector<Target>>{{{"127.0.0.1", port}, {"not a name", 25}},
                                                              {{"not a name", 25}, {"127.0.0.1", port}}}) {
    const auto end = run(thread, to(targets));
    ASSERT_TRUE(end.failure);
    EXPECT_EQ(end.failure->phase, Phase::connect);
    EXPECT_THAT(end.failure->message, AllOf(HasSubstr("the name not a name was not found"), HasSubstr("; "),
                                            HasSubstr(std::to_string(port) + ": Connection refused")));
  }
}

TEST(Targets, NoneAtAllIsConnectFailed) {
  IoThread thread;
  const auto end = run(thread, to({}));
  ASSERT_TRUE(end.failure);
  EXPECT_EQ(end.failure->category, Category::connect_failed);
}

TEST(Targets, AProxyThatCannotOpenOneIsAskedForTheNext) {
  IoThread thread;
  int connections = 0;
  RawServer proxy(
      [&](RawSocket& socket) {
        read_bytes(socket, 3);
        say(socket, "\x05\x00"s);
        read_bytes(socket, "\x05\x01\x00\x03\x0bmx1.invalid\x00\x19"s.size());
        const bool first = ++connections == 1;
        say(socket, first ? "\x05\x04\x00\x01\x00\x00\x00\x00\x00\x00"s : "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"s);
        if (first) return read_away(socket);
        say(socket, "220 hello\r\n");
        answer(socket, {"250 me", "221 bye"});
      },
      2);
  auto options = to({{"mx1.invalid", 25}, {"mx2.invalid", 25}});
  options.proxy = Proxy{Proxy::Kind::socks5, "127.0.0.1", proxy.port(), "", ""};
  const auto end = run(thread, options);
  EXPECT_FALSE(end.failure) << end.failure->message;
  EXPECT_EQ(end.facts.target, "mx2.invalid:25");
}

TEST(Targets, AProxyThatIsSilentAboutOneIsAskedForTheNextAndBothAreNamed) {
  IoThread thread;
  RawServer proxy([](RawSocket& socket) { read_away(socket); }, 2);
  auto options = to({{"mx1.invalid", 25}, {"mx2.invalid", 25}});
  options.proxy = Proxy{Proxy::Kind::socks5, "127.0.0.1", proxy.port(), "", ""};
  options.deadlines.connect = 40ms;
  const auto end = run(thread, options);
  ASSERT_TRUE(end.failure);
  EXPECT_EQ(end.failure->phase, Phase::connect);
  EXPECT_THAT(end.failure->message, AllOf(HasSubstr("mx1.invalid:25"), HasSubstr("mx2.invalid:25")));
}

TEST(Targets, AProxyThatIsNotThereIsTriedOnce) {
  IoThread thread;
  auto options = to({{"mx1.invalid", 25}, {"mx2.invalid", 25}});
  options.proxy = Proxy{Proxy::Kind::socks5, "127.0.0.1", port_that_nobody_listens_on(), "", ""};
  const auto end = run(thread, options);
  ASSERT_TRUE(end.failure);
  EXPECT_THAT(end.failure->message, StartsWith("the proxy cannot be reached"));
  EXPECT_EQ(end.failure->message.find("Connection refused"), end.failure->message.rfind("Connection refused"));
}

TEST(Targets, TheCertificateIsCheckedForTheTargetReached) {
  IoThread thread;
  const auto authority = *crypto::make_authority("gatepost targets CA", std::chrono::hours(1));
  TlsPeer::Options at_localhost;
  at_localhost.certificate = *crypto::make_server_certificate(authority, {"localhost"}, std::chrono::hours(1));
  const TlsPeer peer(at_localhost);
  auto options = to({{"not a name", 465}, {"localhost", peer.port()}});
  options.session.security = smtp::Security::implicit_tls;
  options.tls.ca_pem = authority.certificate_pem;
  const auto end = run(thread, options);
  EXPECT_FALSE(end.failure) << end.failure->message;
  EXPECT_TRUE(end.facts.tls);
}

}  // namespace
}  // namespace gatepost::net
