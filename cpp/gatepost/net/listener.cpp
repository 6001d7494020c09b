#include "gatepost/net/listener.hpp"

#include <unordered_map>

#include "gatepost/net/listen_socket.hpp"
#include "gatepost/net/network.hpp"
#include "gatepost/net/server_connection.hpp"
#include "gatepost/net/server_tls.hpp"

namespace gatepost::net {

namespace {

constexpr std::chrono::milliseconds pause_after_accept_error{100};
constexpr std::string_view too_many_from_address = "421 4.7.0 Too many connections from your address";

/// The client's address as people write it (IPv4 also where an IPv6 socket took it), and "unix" for a Unix socket's.
struct Remote {
  std::string address = "unix";
  std::uint16_t port = 0;
};

Remote remote_of(const Endpoint& endpoint) {
  const auto tcp = tcp_endpoint(endpoint);
  if (!tcp) return {};
  const auto address = tcp->address();
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return {address.to_string(), tcp->port()};
  return {boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6()).to_string(), tcp->port()};
}

/// Who may say that somebody else is the client.
struct Trust {
  Networks proxies;
  Networks xclient;
};

class SocketListener final : public Listener, public std::enable_shared_from_this<SocketListener> {
 public:
  SocketListener(boost::asio::io_context& context, std::shared_ptr<const ServerContext> shared, Trust trust,
                 std::shared_ptr<ServerTls> tls, ListenSocket socket)
      : executor_(context.get_executor()),
        shared_(std::move(shared)),
        trust_(std::move(trust)),
        tls_(std::move(tls)),
        socket_(std::move(socket)),
        timer_(executor_) {
    boost::system::error_code ignored;
    if (const auto local = tcp_endpoint(acceptor().local_endpoint(ignored))) port_ = local->port();
  }
  ~SocketListener() override { close(); }

  std::uint16_t port() const override { return port_; }

  void close() override {
    boost::system::error_code ignored;
    acceptor().close(ignored);
    socket_.file.remove();
    timer_.cancel();
    per_address_.clear();
    for (const auto& [id, guest] : std::exchange(guests_, {})) guest.connection->drop();
  }

  void decide(std::uint64_t session_id, const smtp::Verdict& verdict) override {
    const auto found = guests_.find(session_id);
    if (found == guests_.end()) return;
    const auto connection = found->second.connection;  // it may end by this
    connection->decide(verdict);
  }

  Result<void, std::string> reload(ServerCertificate certificate,
                                   std::map<std::string, ServerCertificate> by_name) override {
    if (!tls_) return std::string("the listener was opened without a certificate");
    auto options = shared_->options;
    options.certificate = std::move(certificate);
    options.certificates_by_name = std::move(by_name);
    auto made = ServerTls::make(options);
    if (!made) return made.error();
    tls_ = *std::move(made);
    return {};
  }

  void visit(const Visitor& visitor) const override {
    for (const auto& [id, guest] : guests_) visitor(guest.connection->session());
  }

  void accept() {
    acceptor().async_accept([weak = weak_from_this()](const boost::system::error_code& error, Socket socket) {
      const auto self = weak.lock();
      if (!self || !self->acceptor().is_open()) return;
      if (!error) {
        self->welcome(std::move(socket));
        return self->accept();
      }
      // Out of file descriptors, most likely: those that end make room.
      self->timer_.expires_after(pause_after_accept_error);
      self->timer_.async_wait([weak](const boost::system::error_code& stopped) {
        if (const auto again = weak.lock(); again && !stopped) again->accept();
      });
    });
  }

 private:
  Acceptor& acceptor() { return socket_.acceptor; }

  void welcome(Socket socket) {
    boost::system::error_code error;
    const auto endpoint = socket.remote_endpoint(error);
    if (error) return;
    auto remote = remote_of(endpoint);
    if (guests_.size() >= shared_->options.max_sessions) {
      return turn_away(std::move(socket), "421 4.3.2 Too many connections");
    }
    smtp::ServerPeer peer;
    peer.session_id = next_id_++;
    peer.address = std::move(remote.address);
    peer.port = remote.port;
    peer.speaks_proxy = trust_.proxies.contains(peer.address);
    peer.may_xclient = trust_.xclient.contains(peer.address);
    auto& guest = guests_[peer.session_id];
    // A proxy's clients are counted once they are named, and a Unix socket's come from no address.
    if (!peer.speaks_proxy && remote.port != 0 && !count(guest, peer.address)) {
      guests_.erase(peer.session_id);
      return turn_away(std::move(socket), too_many_from_address);
    }
    guest.connection = std::make_shared<ServerConnection>(executor_, shared_, tls_, std::move(peer),
                                                          [weak = weak_from_this()](smtp::ServerPeer& named) {
                                                            const auto self = weak.lock();
                                                            return self ? self->admit(named) : std::string();
                                                          });
    const auto connection = guest.connection;  // it may be over at once
    connection->start(std::move(socket), [weak = weak_from_this()](std::uint64_t over) {
      if (const auto self = weak.lock()) self->forget(over);
    });
  }

  /// A connection, and the address by which it is counted, if any.
  struct Guest {
    std::shared_ptr<ServerConnection> connection;
    std::string counted;
  };

  /// The client that a proxy has named.
  std::string admit(smtp::ServerPeer& peer) {
    peer.may_xclient = trust_.xclient.contains(peer.address);
    const auto found = guests_.find(peer.session_id);
    const bool welcome = found == guests_.end() || count(found->second, peer.address);
    return std::string(welcome ? std::string_view() : too_many_from_address);
  }

  /// One session more from there; false where that were too many.
  bool count(Guest& guest, const std::string& address) {
    const auto most = shared_->options.max_sessions_per_address;
    if (most == 0) return true;
    auto& sessions = per_address_[address];
    if (sessions >= most) return false;
    ++sessions;
    guest.counted = address;
    return true;
  }

  void forget(std::uint64_t session_id) {
    const auto gone = guests_.extract(session_id);
    if (gone.empty()) return;
    const auto counted = per_address_.find(gone.mapped().counted);
    if (counted != per_address_.end() && --counted->second == 0) per_address_.erase(counted);
  }

  void turn_away(Socket socket, std::string_view words) {
    if (shared_->options.session.implicit_tls) return;
    boost::system::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(boost::asio::buffer(std::string(words) + "\r\n"), ignored);
    socket.shutdown(Socket::shutdown_send, ignored);
  }

  Executor executor_;
  std::shared_ptr<const ServerContext> shared_;
  Trust trust_;
  std::shared_ptr<ServerTls> tls_;  // null: no certificate
  ListenSocket socket_;
  Timer timer_;
  std::uint16_t port_ = 0;
  std::uint64_t next_id_ = 1;
  std::unordered_map<std::uint64_t, Guest> guests_;
  std::unordered_map<std::string, std::size_t> per_address_;  // sessions, where they are limited
};

}  // namespace

Result<std::shared_ptr<Listener>, std::string> Listener::open(boost::asio::io_context& context, ListenOptions options,
                                                              smtp::ServerHandler& handler) {
  auto proxies = Networks::parse(options.proxies);
  if (!proxies) return "proxies: " + proxies.error();
  auto xclient = Networks::parse(options.xclient_from);
  if (!xclient) return "xclient_from: " + xclient.error();
  std::shared_ptr<ServerTls> tls;
  if (!options.certificate.certificate_pem.empty()) {
    auto made = ServerTls::make(options);
    if (!made) return made.error();
    tls = *std::move(made);
  } else if (options.session.implicit_tls || options.session.require_tls) {
    return std::string("TLS needs a certificate: certificate_pem is empty");
  }
  options.session.offer_starttls = tls && !options.session.implicit_tls;
  auto socket = listen_at(context, options);
  if (!socket) return socket.error();
  auto shared = std::make_shared<const ServerContext>(ServerContext{std::move(options), handler});
  auto listener = std::make_shared<SocketListener>(
      context, std::move(shared), Trust{*std::move(proxies), *std::move(xclient)}, std::move(tls), *std::move(socket));
  listener->accept();
  return std::shared_ptr<Listener>(std::move(listener));
}

}  // namespace gatepost::net
