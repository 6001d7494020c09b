#include "gatepost/net/proxy_handshake.hpp"

#include <gmock/gmock.h>

namespace gatepost::net {
namespace {

using namespace std::string_literals;
using Status = ProxyHandshake::Status;
using testing::HasSubstr;
using testing::Not;

Proxy socks(std::string login = "", std::string password = "") {
  return {Proxy::Kind::socks5, "proxy.example", 1080, std::move(login), std::move(password)};
}
Proxy http(std::string login = "", std::string password = "") {
  return {Proxy::Kind::http_connect, "proxy.example", 3128, std::move(login), std::move(password)};
}

/// One exchange of a script: what we are to say, and what the proxy answers to it.
struct Turn {
  std::string said;
  std::string answer;
};

struct End {
  Status status;
  std::string error;
  std::string left;  // bytes behind the handshake
};

/// Plays the script with answers whole (`block` 0) or in blocks of that size.
End play(const Proxy& proxy, const std::string& host, std::uint16_t port, const std::vector<Turn>& script,
         std::size_t block) {
  const auto handshake = make_proxy_handshake(proxy, host, port);
  std::string left;
  for (const auto& [said, answer] : script) {
    EXPECT_EQ(handshake->take_output(), said);
    std::string_view rest = answer;
    while (!rest.empty() && handshake->status() == Status::more) {
      const auto bytes = rest.substr(0, block == 0 ? rest.size() : block);
      const auto used = handshake->receive(bytes);
      EXPECT_LE(used, bytes.size());
      rest.remove_prefix(used);
      if (used < bytes.size() && handshake->status() == Status::more) ADD_FAILURE() << "bytes not taken";
    }
    left = rest;
  }
  return {handshake->status(), handshake->error(), left};
}

End play_both_ways(const Proxy& proxy, const std::string& host, std::uint16_t port, const std::vector<Turn>& script) {
  const auto whole = play(proxy, host, port, script, 0);
  const auto single = play(proxy, host, port, script, 1);
  EXPECT_EQ(whole.status, single.status);
  EXPECT_EQ(whole.error, single.error);
  EXPECT_EQ(whole.left, single.left);
  return whole;
}

const auto no_login = "\x05\x01\x00"s;

std::string request_for_name() { return "\x05\x01\x00\x03\x0emx.example.com\x02\x4b"s; }  // port 587

TEST(Socks5, TheNameGoesToTheProxyAndWhatFollowsTheReplyIsTheServers) {
  const auto end = play_both_ways(
      socks(), "mx.example.com", 587,
      {{no_login, "\x05\x00"s}, {request_for_name(), "\x05\x00\x00\x01\x7f\x00\x00\x01\x04\x38"s + "220 hello\r\n"}});
  EXPECT_EQ(end.status, Status::open);
  EXPECT_EQ(end.left, "220 hello\r\n");
}

TEST(Socks5, AddressesGoAsAddresses) {
  EXPECT_EQ(play_both_ways(socks(), "192.0.2.1", 25,
                           {{no_login, "\x05\x00"s},
                            {"\x05\x01\x00\x01\xc0\x00\x02\x01\x00\x19"s, "\x05\x00\x00\x03\x01x\x00\x19"s}})
                .status,
            Status::open);
  EXPECT_EQ(play_both_ways(socks(), "::1", 25,
                           {{no_login, "\x05\x00"s},
                            {"\x05\x01\x00\x04"s + std::string(15, '\0') + "\x01\x00\x19"s,
                             "\x05\x00\x00\x04"s + std::string(16, '\0') + "\x00\x19"s}})
                .status,
            Status::open);
}

TEST(Socks5, TheLoginIsSentOnlyToAProxyThatAsksForIt) {
  const auto offer = "\x05\x02\x00\x02"s;
  EXPECT_EQ(play_both_ways(socks("ivan", "secret"), "mx.example.com", 587,
                           {{offer, "\x05\x02"s},
                            {"\x01\x04ivan\x06secret"s, "\x01\x00"s},
                            {request_for_name(), "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"s}})
                .status,
            Status::open);
  EXPECT_EQ(play_both_ways(socks("ivan", "secret"), "mx.example.com", 587,
                           {{offer, "\x05\x00"s}, {request_for_name(), "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"s}})
                .status,
            Status::open);
}

TEST(Socks5, EveryRefusalIsSaidInWords) {
  const std::vector<std::pair<std::vector<Turn>, std::string>> refusals = {
      {{{no_login, "\x05\xff"s}}, "the proxy requires a login"},
      {{{no_login, "\x05\x02"s}}, "the proxy requires a login"},
      {{{no_login, "HTTP/1.1 400"s}}, "does not speak SOCKS 5"},
      {{{no_login, "\x05\x00"s}, {request_for_name(), "\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00"s}},
       "connection refused (5)"},
      {{{no_login, "\x05\x00"s}, {request_for_name(), "\x05\x02\x00\x03\x00\x00\x00"s}}, "rules do not allow"},
      {{{no_login, "\x05\x00"s}, {request_for_name(), "\x05\x63\x00\x01\x00\x00\x00\x00\x00\x00"s}}, "(99)"},
      {{{no_login, "\x05\x00"s}, {request_for_name(), "\x05\x00\x00\x09\x00"s}}, "unknown type of address"},
      {{{no_login, "\x05\x00"s}, {request_for_name(), "\x04\x00\x00\x01\x00\x00\x00\x00\x00\x00"s}}, "SOCKS 5"},
  };
  for (const auto& [script, words] : refusals) {
    const auto end = play_both_ways(socks(), "mx.example.com", 587, script);
    EXPECT_EQ(end.status, Status::refused);
    EXPECT_THAT(end.error, HasSubstr(words));
    EXPECT_THAT(end.error, testing::StartsWith("the proxy"));
  }
}

TEST(Socks5, ARefusedLoginDoesNotShowIt) {
  const auto end = play_both_ways(socks("ivan", "secret"), "mx.example.com", 587,
                                  {{"\x05\x02\x00\x02"s, "\x05\x02"s}, {"\x01\x04ivan\x06secret"s, "\x01\x01"s}});
  EXPECT_EQ(end.error, "the proxy refused the login");
}

TEST(Socks5, WhatDoesNotFitTheFieldsIsRefusedBeforeAnythingIsSaid) {
  for (const auto& handshake :
       {make_proxy_handshake(socks(), std::string(256, 'a'), 25), make_proxy_handshake(socks(), "a\r\nb", 25),
        make_proxy_handshake(socks(), "", 25), make_proxy_handshake(socks(std::string(256, 'l'), "p"), "mx", 25)}) {
    EXPECT_EQ(handshake->status(), Status::refused);
    EXPECT_EQ(handshake->take_output(), "");
  }
}

const auto connect_line = "CONNECT mx.example.com:587 HTTP/1.1\r\nHost: mx.example.com:587\r\n"s;

TEST(HttpConnect, ATunnelOpensBehindTheWholeHead) {
  const auto end = play_both_ways(
      http(), "mx.example.com", 587,
      {{connect_line + "\r\n", "HTTP/1.1 200 Connection established\r\nVia: 1.1 p\r\n\r\n220 hello\r\n"}});
  EXPECT_EQ(end.status, Status::open);
  EXPECT_EQ(end.left, "220 hello\r\n");
}

TEST(HttpConnect, TheLoginGoesAsBasicAndAnIpv6AddressInBrackets) {
  EXPECT_EQ(play_both_ways(http("ivan", "secret"), "2001:db8::1", 25,
                           {{"CONNECT [2001:db8::1]:25 HTTP/1.1\r\nHost: [2001:db8::1]:25\r\n"
                             "Proxy-Authorization: Basic aXZhbjpzZWNyZXQ=\r\n\r\n",
                             "HTTP/1.0 200 OK\n\n"}})
                .status,
            Status::open);
}

TEST(HttpConnect, EveryRefusalIsSaidInWords) {
  const std::vector<std::pair<std::string, std::string>> refusals = {
      {"HTTP/1.1 403 Forbidden\r\n\r\n", "403 Forbidden"},
      {"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "requires a login"},
      {"HTTP/1.1 502 Bad\x1b[31m gateway\r\n\r\n", "502 Bad\\x1b"},
      {"HTTP/1.1 100 Continue\r\n\r\n", "100 Continue"},
      {"220 mx.example.com ESMTP\r\n\r\n", "does not speak HTTP"},
      {"HTTP/1.1\r\n\r\n", "does not speak HTTP"},
  };
  for (const auto& [answer, words] : refusals) {
    const auto end = play_both_ways(http(), "mx.example.com", 587, {{connect_line + "\r\n", answer}});
    EXPECT_EQ(end.status, Status::refused) << answer;
    EXPECT_THAT(end.error, HasSubstr(words));
    EXPECT_THAT(end.error, testing::StartsWith("the proxy"));
  }
}

TEST(HttpConnect, AHeadWithoutEndIsGivenUp) {
  const auto handshake = make_proxy_handshake(http(), "mx.example.com", 587);
  handshake->receive("HTTP/1.1 200 OK\r\n");
  std::size_t taken = 0;
  while (handshake->status() == Status::more && taken < 100'000) taken += handshake->receive("X-Filler: more\r\n");
  EXPECT_EQ(handshake->status(), Status::refused);
  EXPECT_LT(taken, 17'000U);
}

TEST(HttpConnect, AHostThatWouldEndTheLineIsRefusedBeforeAnythingIsSaid) {
  for (const char* host : {"a\r\nX: y", "a b", "a/b", "u@h", ""}) {
    const auto handshake = make_proxy_handshake(http(), host, 25);
    EXPECT_EQ(handshake->status(), Status::refused) << host;
    EXPECT_EQ(handshake->take_output(), "");
  }
  EXPECT_EQ(make_proxy_handshake(http("a:b", "c"), "mx", 25)->status(), Status::refused);
}

TEST(HttpConnect, TheErrorNeverHoldsTheLogin) {
  const auto end =
      play(http("ivan", "secret"), "mx.example.com", 587,
           {{connect_line + "Proxy-Authorization: Basic aXZhbjpzZWNyZXQ=\r\n\r\n", "HTTP/1.1 407 No\r\n\r\n"}}, 0);
  EXPECT_THAT(end.error, Not(HasSubstr("secret")));
  EXPECT_THAT(end.error, Not(HasSubstr("aXZhbjpzZWNyZXQ=")));
  EXPECT_THAT(end.error, HasSubstr("refused the login"));
}

}  // namespace
}  // namespace gatepost::net
