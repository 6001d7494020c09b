// The ways to a server: proxies, Unix sockets, a source address, a PROXY header.
#include <gmock/gmock.h>

#include "owner.hpp"
#include "raw_server.hpp"

namespace gatepost::net {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using codes::Category;
using codes::Phase;
using testing::HasSubstr;
using testing::StartsWith;

void greet_and_part(RawSocket& socket) {
  say(socket, "220 hello\r\n");
  answer(socket, {"250 me", "221 bye"});
}

ConnectOptions to(std::string host, std::uint16_t port) {
  ConnectOptions options;
  options.targets = {{std::move(host), port}};
  options.session.security = smtp::Security::none;
  return options;
}

ConnectOptions by(Proxy::Kind kind, std::uint16_t proxy_port) {
  auto options = to("mx.invalid", 25);  // a name that only the proxy could know
  options.proxy = Proxy{kind, "127.0.0.1", proxy_port, "", ""};
  return options;
}

const auto socks_request = "\x05\x01\x00\x03\x0amx.invalid\x00\x19"s;
const auto socks_opened = "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"s;

void expect_proxy_failure(const Owner::End& end, const std::string& words, bool timed_out = false) {
  ASSERT_TRUE(end.failure);
  EXPECT_EQ(end.failure->category, Category::connect_failed);
  EXPECT_EQ(end.failure->phase, Phase::connect);
  EXPECT_EQ(end.failure->scope, codes::Scope::session);
  EXPECT_EQ(end.failure->timed_out, timed_out);
  EXPECT_THAT(end.failure->message, StartsWith("the proxy"));
  EXPECT_THAT(end.failure->message, HasSubstr(words));
}

TEST(Route, BySocks5TheGreetingInTheSameSegmentIsNotLost) {
  IoThread thread;
  std::string asked;
  {
    RawServer proxy([&](RawSocket& socket) {
      read_bytes(socket, 3);
      say(socket, "\x05\x00"s);
      asked = read_bytes(socket, socks_request.size());
      say(socket, socks_opened + "220 hello\r\n");
      answer(socket, {"250 me", "221 bye"});
    });
    const auto end = run(thread, by(Proxy::Kind::socks5, proxy.port()));
    EXPECT_FALSE(end.failure) << end.failure->message;
    EXPECT_EQ(end.facts.server, "mx.invalid:25 by the proxy 127.0.0.1:" + std::to_string(proxy.port()));
  }
  EXPECT_EQ(asked, socks_request);
}

TEST(Route, ByHttpConnectTheSessionBeginsBehindTheHead) {
  IoThread thread;
  RawServer proxy([](RawSocket& socket) {
    read_bytes(socket, "CONNECT mx.invalid:25 HTTP/1.1\r\nHost: mx.invalid:25\r\n\r\n"s.size());
    say(socket, "HTTP/1.1 200 Yes\r\n\r\n220 hello\r\n");
    answer(socket, {"250 me", "221 bye"});
  });
  const auto end = run(thread, by(Proxy::Kind::http_connect, proxy.port()));
  EXPECT_FALSE(end.failure) << end.failure->message;
}

TEST(Route, AProxyThatRefusesSaysWhy) {
  IoThread thread;
  RawServer proxy([](RawSocket& socket) {
    read_bytes(socket, 3);
    say(socket, "\x05\x00"s);
    read_bytes(socket, socks_request.size());
    say(socket, "\x05\x04\x00\x01\x00\x00\x00\x00\x00\x00"s);
    read_away(socket);
  });
  expect_proxy_failure(run(thread, by(Proxy::Kind::socks5, proxy.port())), "host unreachable");
}

TEST(Route, AProxyThatSpeaksOfATimeoutHasAnsweredInTime) {
  IoThread thread;
  RawServer proxy([](RawSocket& socket) {
    read_bytes(socket, 10);
    say(socket, "HTTP/1.1 504 Gateway Timeout, no answer\r\n\r\n");
  });
  expect_proxy_failure(run(thread, by(Proxy::Kind::http_connect, proxy.port())), "504 Gateway Timeout");
}

TEST(Route, AProxyThatQuotesItsPasswordTellsItToNobody) {
  IoThread thread;
  for (const std::string quoted : {"sekret-word", "SEKRET-WORD", "sekret%2Dword",
                                   "aXZhbjpzZWtyZXQtd29yZA==", "Basic aXZhbjpzZWtyZXQtd29", "73656b7265742d776f7264"}) {
    RawServer proxy([&](RawSocket& socket) {
      read_bytes(socket, 10);
      say(socket, "HTTP/1.1 403 No " + quoted + " here\r\n\r\n");
    });
    auto options = by(Proxy::Kind::http_connect, proxy.port());
    options.proxy->login = "ivan";
    options.proxy->password = "sekret-word";
    const auto end = run(thread, options);
    expect_proxy_failure(end, "403 No ");
    EXPECT_THAT(end.failure->message, HasSubstr("****"));
    EXPECT_THAT(end.failure->message, testing::Not(HasSubstr(quoted)));
  }
}

TEST(Route, AProxyThatHangsUpAtAnyStepIsNamed) {
  const std::vector<std::string> answers = {"", "\x05", "\x05\x00"s, "\x05\x00\x05\x00\x00"s};
  for (const auto& answer : answers) {
    IoThread thread;
    RawServer proxy([&](RawSocket& socket) {
      read_bytes(socket, 3);
      say(socket, answer);
    });
    expect_proxy_failure(run(thread, by(Proxy::Kind::socks5, proxy.port())), "the proxy");
  }
}

TEST(Route, AProxyThatIsSilentEndsAtTheConnectDeadline) {
  IoThread thread;
  for (const auto kind : {Proxy::Kind::socks5, Proxy::Kind::http_connect}) {
    RawServer proxy([](RawSocket& socket) { read_away(socket); });
    auto options = by(kind, proxy.port());
    options.deadlines.connect = 40ms;
    expect_proxy_failure(run(thread, options), "the proxy did not answer within 40 ms", true);
  }
}

TEST(Route, AProxyThatIsNotThereIsNamed) {
  IoThread thread;
  std::uint16_t port = 0;
  {
    RawServer gone([](RawSocket&) {});
    port = gone.port();
    run(thread, to("127.0.0.1", port));
  }
  expect_proxy_failure(run(thread, by(Proxy::Kind::socks5, port)), "Connection refused");
  auto nowhere = by(Proxy::Kind::socks5, port);
  nowhere.proxy->host = "not a name";
  expect_proxy_failure(run(thread, nowhere), "not a name");
}

TEST(Route, AUnixSocketCarriesALetterToAnLmtpServer) {
  IoThread thread;
  const auto path = testing::TempDir() + "route-" + std::to_string(::getpid()) + ".sock";
  RawServer server(path, [](RawSocket& socket) {
    say(socket, "220 hello\r\n");
    answer(socket, {"250 me", "250 2.1.0 ok", "250 2.1.5 ok", "354 go on"});
    std::string letter;
    while (!letter.ends_with("\r\n.\r\n") && letter.size() < 10'000) letter += read_bytes(socket, 1);
    say(socket, "250 2.0.0 saved\r\n");
    answer(socket, {"221 bye"});
  });
  ConnectOptions options;
  options.targets = {{"", 0, path}};
  options.session.security = smtp::Security::none;
  options.session.lmtp = true;
  const auto end = run(thread, options, {letter_of(1)});
  EXPECT_FALSE(end.failure) << end.failure->message;
  ASSERT_EQ(end.outcomes.size(), 1U);
  EXPECT_TRUE(end.outcomes[0].recipients.at(0).accepted);
  EXPECT_EQ(end.facts.server, "unix:" + path);
}

TEST(Route, AUnixSocketThatIsNotThereIsConnectFailedAndNamesThePath) {
  IoThread thread;
  for (const auto& [path, number] : std::vector<std::pair<std::string, int>>{
           {"/nonexistent/timeout.sock", ENOENT}, {"/" + std::string(200, 'x'), ENAMETOOLONG}}) {
    ConnectOptions options;
    options.targets = {{"", 0, path}};
    const auto end = run(thread, options);
    ASSERT_TRUE(end.failure);
    EXPECT_EQ(end.failure->category, Category::connect_failed);
    EXPECT_EQ(end.failure->phase, Phase::connect);
    EXPECT_THAT(end.failure->message, HasSubstr(path.substr(0, 20)));
    EXPECT_EQ(end.failure->system_error, number);
    EXPECT_FALSE(end.failure->timed_out);
  }
}

TEST(Route, TheServerSeesTheSourceAddress) {
  IoThread thread;
  std::string seen;
  {
    RawServer server([&](RawSocket& socket) {
      boost::asio::ip::tcp::endpoint peer;
      std::memcpy(peer.data(), socket.remote_endpoint().data(), peer.capacity());
      seen = peer.address().to_string();
      greet_and_part(socket);
    });
    auto options = to("127.0.0.1", server.port());
    options.source_address = "127.0.0.9";
    const auto end = run(thread, options);
    EXPECT_FALSE(end.failure) << end.failure->message;
  }
  EXPECT_EQ(seen, "127.0.0.9");
}

TEST(Route, TheProxyHeaderIsTheFirstThatTheServerHears) {
  IoThread thread;
  const auto header = "PROXY TCP4 192.0.2.1 192.0.2.2 4711 25\r\n"s;
  std::string heard;
  {
    RawServer server([&](RawSocket& socket) {
      heard = read_bytes(socket, header.size());
      greet_and_part(socket);
    });
    auto options = to("127.0.0.1", server.port());
    options.proxy_header = smtp::ProxyHeader{1, false, "192.0.2.1", 4711, "192.0.2.2", 25};
    const auto end = run(thread, options);
    EXPECT_FALSE(end.failure) << end.failure->message;
  }
  EXPECT_EQ(heard, header);
}

TEST(Route, ASourceAddressThatIsNotOursIsNamed) {
  IoThread thread;
  for (const auto& [source, words] :
       std::vector<std::pair<std::string, std::string>>{{"192.0.2.77", "from 192.0.2.77"},
                                                        {"::1", "source address's family"},
                                                        {"nonsense", "'nonsense' is not an IP address"}}) {
    auto options = to("127.0.0.1", 9);
    options.source_address = source;
    const auto end = run(thread, options);
    ASSERT_TRUE(end.failure);
    EXPECT_EQ(end.failure->phase, Phase::connect);
    EXPECT_THAT(end.failure->message, HasSubstr(words));
  }
}

}  // namespace
}  // namespace gatepost::net
