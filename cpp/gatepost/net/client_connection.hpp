#pragma once
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gatepost/net/deadlines.hpp"
#include "gatepost/net/target.hpp"
#include "gatepost/smtp/client/session.hpp"
#include "gatepost/smtp/proxy_header.hpp"

namespace gatepost::net {

struct TlsClientOptions {
  bool verify = true;
  std::string verify_name;            ///< empty: the host of the target reached; also the SNI name
  std::string ca_pem;                 ///< trusted besides the system's roots; empty: the roots alone
  std::string fallback_roots_file{};  ///< read where the system has no roots of its own (certifi's)
  std::string certificate_pem{};      ///< the client's own, with its chain; empty: none is shown
  std::string key_pem{};
  std::string min_version{"1.2"};  ///< or "1.3"
  bool resume = true;              ///< later connections to the same server go on with the session's ticket
};

/// A proxy between us and the server. It sees host names and what is not encrypted.
struct Proxy {
  enum class Kind : std::uint8_t { socks5, http_connect };
  Kind kind = Kind::socks5;
  std::string host;
  std::uint16_t port = 1080;
  std::string login;  ///< RFC 1929, or Basic; empty: none
  std::string password;
  std::string shown{};  ///< the host as people write it; empty: the same
};

struct ConnectOptions {
  std::vector<Target> targets;  ///< tried in order until one lets us connect
  std::string source_address;   ///< an address of this machine; empty: the system's choice
  std::optional<Proxy> proxy;
  std::optional<smtp::ProxyHeader> proxy_header;  ///< sent first of all, for servers that expect the PROXY protocol
  TlsClientOptions tls;
  Deadlines deadlines;
  smtp::ClientOptions session;
  /// The addresses of a host in place of the system's answer; tests put one here.
  std::vector<std::string> (*addresses_of)(const std::string& host) = nullptr;
};

class ClientConnection;

/// Where a connection gets its letters and tells what became of them. Called on the io_context's thread.
class ConnectionOwner {
 public:
  virtual ~ConnectionOwner() = default;
  /// A letter to send now, or nullopt: the connection idles until wake() or quit().
  virtual std::optional<smtp::ClientLetter> next_letter(ClientConnection& connection) = 0;
  virtual void letters_done(ClientConnection& connection, std::vector<smtp::LetterOutcome> outcomes) = 0;
  virtual void answered(ClientConnection& /*connection*/, const codes::Reply& /*reply*/) {}
  /// Last call: all outcomes have been reported. No failure after a clean QUIT.
  virtual void closed(ClientConnection& connection, const std::optional<codes::Failure>& failure) = 0;
};

/// Drives one ClientSession over a socket: resolve, connect (next address where one fails, then the next target), TLS,
/// deadlines per phase.
/// Must be gone before the io_context is. closed() is never called from inside open(), wake() or quit().
class ClientConnection : public std::enable_shared_from_this<ClientConnection> {
 public:
  static std::shared_ptr<ClientConnection> open(boost::asio::io_context& context, ConnectOptions options,
                                                ConnectionOwner& owner);
  virtual ~ClientConnection() = default;
  /// There may be a letter again. Any call below is for the context's thread only.
  virtual void wake() = 0;
  /// Asks once idle; the reply comes to answered(). Letters wait meanwhile.
  virtual void ask(smtp::Question question) = 0;
  /// QUIT once idle; with `now`, without waiting for letters in flight (they become maybe_delivered or untouched).
  virtual void quit(bool now = false) = 0;
  virtual bool idle() const = 0;
  virtual const smtp::ClientSession& session() const = 0;
};

}  // namespace gatepost::net
