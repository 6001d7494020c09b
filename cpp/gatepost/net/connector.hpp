#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gatepost/codes/failure.hpp"
#include "gatepost/core/result.hpp"
#include "gatepost/net/asio.hpp"
#include "gatepost/net/client_connection.hpp"
#include "gatepost/net/connect_race.hpp"
#include "gatepost/net/deadline_timer.hpp"
#include "gatepost/net/guarded.hpp"
#include "gatepost/net/proxy_handshake.hpp"
#include "gatepost/net/session_failure.hpp"

namespace gatepost::net {

/// A way to the server, ready for its first words.
struct Connected {
  Socket socket;
  Target target;            ///< the one reached
  std::string server;       ///< "192.0.2.1:25", "unix:/run/lmtp", "mx.example.com:25 by the proxy 192.0.2.7:1080"
  std::string own_address;  ///< of this end, as EHLO takes it: "[192.0.2.1]", "[IPv6:::1]"; empty for a Unix socket
  std::chrono::microseconds dns{0};
  std::chrono::microseconds connect{0};  ///< all addresses that were tried, and the proxy's part; dns likewise
};

/// Takes one target after the other, finds the addresses of its host (or of the proxy before it) and connects to the
/// first that answers: they are raced (RFC 8305), IPv6 and IPv4 by turns from the system's first (RFC 6724), and those
/// that lose are closed. Each look-up has the dns deadline for itself, each address the connect deadline, and so has
/// the proxy's handshake. A look-up that has begun goes on in the background after cancel(): getaddrinfo cannot be
/// stopped.
class Connector : public std::enable_shared_from_this<Connector> {
 public:
  /// Failures: connect_failed or dns_temporary in phase dns, connect_failed in phase connect (all that is the proxy's).
  /// Of several targets: that of the one that came furthest, the last of them, with the words of all.
  using Done = std::function<void(Result<Connected, codes::Failure>)>;

  /// `options` outlive the connector, or its cancel().
  Connector(const Executor& executor, const ConnectOptions& options);
  /// `done` is called once, never from inside start(); not at all after cancel().
  void start(Done done);
  void cancel();

 private:
  /// Whether a step for the target of this number is still of interest: what was given up may yet call back.
  bool at(std::size_t target) const { return done_ && target == target_; }
  const Target& target() const { return options_.targets[target_]; }
  /// What is connected to: the target, or the proxy on the way to it.
  const std::string& host() const { return options_.proxy ? options_.proxy->host : target().host; }
  const std::string& shown_host() const;
  std::uint16_t port() const { return options_.proxy ? options_.proxy->port : target().port; }
  /// Every handler runs by this: what one throws ends the search.
  template <class Step>
  void guarded(const Step& step) {
    net::guarded(step, [this](const char* what) { break_off(what); });
  }
  void break_off(const char* what);
  void begin();
  void look_up();
  void arm(std::chrono::milliseconds after);
  void expired();
  void resolved(const boost::system::error_code& error, const Resolver::results_type& results);
  void add_unix_endpoint();
  void race(std::vector<Endpoint> endpoints);
  void race_on();
  void attempt(std::size_t address);
  void connected(std::size_t address);
  void lose(std::size_t address, std::string why, Cause cause = {});
  void unreachable();
  void ask_proxy();
  void hear_proxy();
  void heard(const boost::system::error_code& error, std::size_t there);
  void write(std::shared_ptr<std::string> bytes, void (Connector::*then)());
  void send_proxy_header();
  void stand();
  void finish(Result<Connected, codes::Failure> result);
  /// The target cannot be reached: the next one is taken. On the way to a proxy all is phase connect, and the words say
  /// that it is the proxy.
  void fail(codes::Category category, codes::Phase phase, const std::string& message, Cause cause = {});
  void fail_at_proxy(const std::string& message, Cause cause = {});
  void give_up(codes::Category category, codes::Phase phase, std::string words, Cause cause);

  const ConnectOptions& options_;
  Resolver resolver_;
  Socket socket_;
  DeadlineTimer deadline_;
  std::size_t target_ = 0;
  std::vector<Endpoint> endpoints_;  // of the target, in the order in which they are tried
  ConnectRace race_;
  std::map<std::size_t, Socket> attempts_;  // under way, by the address's place
  std::size_t winner_ = 0;
  bool named_ = false;                 // the addresses are those of a name
  std::vector<std::string> refusals_;  // of each address
  Cause last_refusal_;
  std::unique_ptr<ProxyHandshake> proxy_;
  std::string heard_;
  std::chrono::steady_clock::time_point since_;  // when the phase began
  std::chrono::microseconds dns_{0};
  std::chrono::microseconds connect_{0};
  std::optional<codes::Failure> furthest_;  // of the targets before, with the words of all
  Done done_;
};

/// "1.5 s", "250 ms".
std::string in_words(std::chrono::milliseconds duration);

}  // namespace gatepost::net
