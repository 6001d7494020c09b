// The server's side of TLS: which certificate is shown to whom, and what the server learns of its client.
#include "gatepost/net/server_tls.hpp"

#include <gmock/gmock.h>

#include "gatepost/crypto/certificate.hpp"
#include "gatepost/crypto/openssl_ptr.hpp"
#include "handler.hpp"
#include "raw_client.hpp"

namespace gatepost::net {
namespace {

using smtp::Security;
using testing::HasSubstr;
using testing::StartsWith;
constexpr std::chrono::hours an_hour{1};

class ServerTlsTest : public testing::Test {
 protected:
  ServerCertificate certificate(const std::vector<std::string>& names) const {
    const auto pair = *crypto::make_server_certificate(ca_, names, an_hour);
    return {pair.certificate_pem, pair.key_pem};
  }
  ListenOptions listen(const std::vector<std::string>& names = {"127.0.0.1"}) const {
    ListenOptions options;
    options.certificate = certificate(names);
    return options;
  }
  ConnectOptions connect(const Server& server, std::string verify_name = {}) const {
    ConnectOptions options;
    options.targets = {{"127.0.0.1", server.port()}};
    options.session.security = Security::starttls;
    options.tls.ca_pem = ca_.certificate_pem;
    options.tls.verify_name = std::move(verify_name);
    options.tls.resume = false;
    return options;
  }
  /// Who the server says it is, to somebody who asks for this name and believes nobody else.
  std::string subject_for(const Server& server, const std::string& name) {
    const auto end = run(thread_, connect(server, name), {letter_of(1)});
    return end.failure ? end.failure->message : end.facts.tls->peer_subject;
  }

  crypto::CertificatePair ca_ = *crypto::make_authority("gatepost test CA", an_hour);
  IoThread thread_;
};

TEST_F(ServerTlsTest, PlainTextBehindStartTlsInASegmentOfItsOwnIsNotServedAndWarnedAbout) {
  for (const std::string_view injected : {"NOOP\r\nMAIL FROM:<evil@b>\r\n", "GET / HTTP/1.1\r\n\r\n"}) {
    Server server(listen());
    RawClient client(server.port());
    client.line();
    client.ask("EHLO me");
    EXPECT_THAT(client.ask("STARTTLS"), StartsWith("220"));
    client.say(std::string(injected));
    EXPECT_THAT(server.handler.wait_for_ends(1).at(0), StartsWith("TLS: "));
    EXPECT_EQ(server.handler.warnings(), std::vector<std::string>{"plain text behind STARTTLS"});
  }
}

TEST_F(ServerTlsTest, ClientThatHangsUpInTheHandshakeIsNotReproachedWithPlainText) {
  Server server(listen());
  {
    RawClient client(server.port());
    client.line();
    client.ask("EHLO me");
    EXPECT_THAT(client.ask("STARTTLS"), StartsWith("220"));
    client.say("\x16\x03\x01");
  }
  server.handler.wait_for_ends(1);
  EXPECT_TRUE(server.handler.warnings().empty());
}

TEST_F(ServerTlsTest, EachNameGetsItsCertificateAndOthersTheCommonOne) {
  auto options = listen({"localhost", "elsewhere.example.org"});
  options.certificates_by_name["MX.example.com"] = certificate({"mx.example.com"});
  options.certificates_by_name["*.example.net"] = certificate({"wild", "*.example.net"});
  Server server(std::move(options));
  EXPECT_EQ(subject_for(server, "mx.example.com"), "CN=mx.example.com");
  EXPECT_EQ(server.handler.facts()->server_name, "mx.example.com");
  EXPECT_EQ(subject_for(server, "Mx.Example.Com"), "CN=mx.example.com");
  EXPECT_EQ(subject_for(server, "a.example.net"), "CN=wild");
  EXPECT_THAT(subject_for(server, "a.b.example.net"), HasSubstr("localhost"));  // one label, no more
  EXPECT_EQ(subject_for(server, "elsewhere.example.org"), "CN=localhost");
}

TEST_F(ServerTlsTest, ReloadIsForConnectionsToCome) {
  auto options = listen({"old.example.com"});
  options.certificates_by_name["mx.example.com"] = certificate({"mx.example.com"});
  Server server(std::move(options));
  Owner early({}, false);
  auto to_old = connect(server, "old.example.com");
  const auto connection = ClientConnection::open(thread_.context(), to_old, early);
  early.wait_until_idle();
  Result<void, std::string> result;
  server.on_thread([&](Listener& listener) {
    result = listener.reload(certificate({"new.example.com"}),
                             {{"mx.example.com", certificate({"renewed", "mx.example.com"})}});
  });
  ASSERT_TRUE(result) << result.error();
  EXPECT_EQ(subject_for(server, "new.example.com"), "CN=new.example.com");
  EXPECT_EQ(subject_for(server, "mx.example.com"), "CN=renewed");
  boost::asio::post(thread_.context(), [&] {
    early.hand_in(letter_of(5));
    connection->wake();
  });
  early.wait_for_outcomes(1);
  boost::asio::post(thread_.context(), [&] { connection->quit(); });
  EXPECT_FALSE(early.end().failure);
}

TEST_F(ServerTlsTest, AReloadThatFailsLeavesAllAsItWas) {
  Server server(listen({"old.example.com"}));
  Result<void, std::string> result;
  server.on_thread([&](Listener& listener) { result = listener.reload({"no certificate", ""}, {}); });
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error(), StartsWith("certificate_pem"));
  server.on_thread([&](Listener& listener) {
    result = listener.reload(certificate({"new.example.com"}), {{"mx", {certificate({"mx"}).certificate_pem, ""}}});
  });
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error(), StartsWith("certificates_by_name[mx]: key_pem"));
  EXPECT_EQ(subject_for(server, "old.example.com"), "CN=old.example.com");
}

TEST_F(ServerTlsTest, AListenerWithoutACertificateHasNothingToReload) {
  Server server;
  Result<void, std::string> result;
  server.on_thread([&](Listener& listener) { result = listener.reload(certificate({"a"}), {}); });
  EXPECT_FALSE(result);
}

TEST_F(ServerTlsTest, AClientsCertificateIsVerifiedAndKnown) {
  auto options = listen();
  options.client_ca_pem = ca_.certificate_pem;
  options.certificates_by_name["mx.example.com"] = certificate({"mx.example.com"});
  Server server(std::move(options));
  for (const std::string name : {"", "mx.example.com"}) {
    auto client = connect(server, name);
    const auto own = *crypto::make_client_certificate(ca_, "ivan", an_hour);
    client.tls.certificate_pem = own.certificate_pem;
    client.tls.key_pem = own.key_pem;
    const auto end = run(thread_, client, {letter_of(1)});
    ASSERT_FALSE(end.failure) << end.failure->message;
    EXPECT_TRUE(server.handler.facts()->verified);
    EXPECT_EQ(server.handler.facts()->peer_subject, "CN=ivan");
  }
}

TEST_F(ServerTlsTest, AClientMayShowNoCertificate) {
  auto options = listen();
  options.client_ca_pem = ca_.certificate_pem;
  Server server(std::move(options));
  EXPECT_FALSE(run(thread_, connect(server), {letter_of(1)}).failure);
  EXPECT_FALSE(server.handler.facts()->verified);
  EXPECT_EQ(server.handler.facts()->peer_subject, "");
}

TEST_F(ServerTlsTest, AClientsCertificateOfAnotherAuthorityIsRefused) {
  auto options = listen();
  options.client_ca_pem = ca_.certificate_pem;
  Server server(std::move(options));
  auto client = connect(server);
  const auto other = *crypto::make_authority("another", an_hour);
  const auto own = *crypto::make_client_certificate(other, "ivan", an_hour);
  client.tls.certificate_pem = own.certificate_pem;
  client.tls.key_pem = own.key_pem;
  EXPECT_TRUE(run(thread_, client, {letter_of(1)}).failure);
  EXPECT_TRUE(server.handler.letters().empty());
}

TEST_F(ServerTlsTest, BothSidesOfAConnectionKnowTheSameBindings) {
  Server server(listen());
  const auto end = run(thread_, connect(server), {letter_of(1)});
  ASSERT_TRUE(end.facts.tls);
  const auto theirs = end.facts.tls->bindings;
  const auto ours = server.handler.facts()->bindings;
  EXPECT_EQ(ours.tls_exporter.size(), 32U);
  EXPECT_EQ(ours.tls_server_end_point.size(), 32U);
  EXPECT_EQ(ours.tls_exporter, theirs.tls_exporter);
  EXPECT_EQ(ours.tls_server_end_point, theirs.tls_server_end_point);
}

TEST_F(ServerTlsTest, TheLeastVersionHoldsForNamesToo) {
  auto options = listen({"localhost"});
  options.min_tls = "1.3";
  options.certificates_by_name["mx.example.com"] = certificate({"mx.example.com"});
  Server server(std::move(options));
  const auto end = run(thread_, connect(server, "mx.example.com"), {letter_of(1)});
  ASSERT_TRUE(end.facts.tls);
  EXPECT_EQ(end.facts.tls->version, "TLSv1.3");
}

TEST_F(ServerTlsTest, AHandshakeThatComesWithTheProxyHeaderIsHeard) {
  auto options = listen();
  options.session.implicit_tls = true;
  options.proxies = {"127.0.0.1"};
  Server server(std::move(options));
  TlsContext context(TlsContext::tls_client);
  const crypto::OpensslPtr<SSL, SSL_free> ssl(SSL_new(context.native_handle()));
  auto* hello = BIO_new(BIO_s_mem());
  SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), hello);
  SSL_set_connect_state(ssl.get());
  ASSERT_EQ(SSL_do_handshake(ssl.get()), -1);  // waits for the server
  char* bytes = nullptr;
  const auto size = BIO_get_mem_data(hello, &bytes);
  RawClient client(server.port());
  client.say("PROXY TCP4 192.0.2.7 192.0.2.1 5000 25\r\n" + std::string(bytes, static_cast<std::size_t>(size)));
  ASSERT_EQ(SSL_set_fd(ssl.get(), client.socket().native_handle()), 1);
  ASSERT_EQ(SSL_do_handshake(ssl.get()), 1);
  std::string greeting(3, '\0');
  EXPECT_EQ(SSL_read(ssl.get(), greeting.data(), 3), 3);
  EXPECT_EQ(greeting, "220");
}

TEST_F(ServerTlsTest, AnOptionThatIsWrongIsNamed) {
  const auto refusal = [this](auto change) {
    auto options = listen();
    change(options);
    IoThread thread;
    Handler handler;
    const auto opened = Listener::open(thread.context(), options, handler);
    return opened ? "opened" : opened.error().message;
  };
  EXPECT_THAT(refusal([](auto& o) { o.min_tls = "1.1"; }), StartsWith("min_tls"));
  EXPECT_THAT(refusal([](auto& o) { o.client_ca_pem = "none"; }), StartsWith("client_ca_pem"));
  EXPECT_THAT(refusal([](auto& o) { o.certificate.certificate_pem = "none"; }), StartsWith("certificate_pem"));
  EXPECT_THAT(refusal([](auto& o) { o.certificates_by_name["mx"] = {}; }), StartsWith("certificates_by_name[mx]"));
}

}  // namespace
}  // namespace gatepost::net
