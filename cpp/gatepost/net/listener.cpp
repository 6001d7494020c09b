#include "gatepost/net/listener.hpp"

#include <unordered_map>

#include "gatepost/net/address_blocks.hpp"
#include "gatepost/net/guarded.hpp"
#include "gatepost/net/listen_socket.hpp"
#include "gatepost/net/server_connection.hpp"
#include "gatepost/net/server_tls.hpp"
#include "gatepost/net/sockets.hpp"

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

/// The peers that are believed when they name another client.
struct Trust {
  AddressBlocks proxies;
  AddressBlocks xclient;
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
    acceptor().non_blocking(true, ignored);
  }
  ~SocketListener() override { close(); }

  std::uint16_t port() const override { return port_; }

  void close() override {
    close_for_all(acceptor());
    socket_.file.remove();
    timer_.cancel();
    per_address_.clear();
    for (const auto& [id, session] : std::exchange(sessions_, {})) session.connection->drop();
  }

  void decide(std::uint64_t session_id, const smtp::Verdict& verdict) override {
    const auto found = sessions_.find(session_id);
    if (found == sessions_.end()) return;
    const auto connection = found->second.connection;  // it may end by this
    connection->decide(verdict);
  }

  void clock_moved() override {
    std::vector<std::shared_ptr<ServerConnection>> connections;  // one may end by this
    for (const auto& [id, session] : sessions_) connections.push_back(session.connection);
    for (const auto& connection : connections) connection->clock_moved();
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

  void for_each_session(const std::function<void(const smtp::ServerSession&)>& call) const override {
    for (const auto& [id, session] : sessions_) call(session.connection->session());
  }

  void accept() {
    acceptor().async_wait(Acceptor::wait_read, [weak = weak_from_this()](const boost::system::error_code&) {
      const auto self = weak.lock();
      if (!self || !self->acceptor().is_open()) return;
      guarded([&] { self->accept_waiting(); }, [&](const char*) { self->accept_later(); });
    });
  }

 private:
  Acceptor& acceptor() { return socket_.acceptor; }

  void accept_waiting() {
    boost::system::error_code error;
    while (!error && acceptor().is_open()) {
      auto socket = accept_one(acceptor(), error);
      if (!error) begin_session(std::move(socket));
    }
    if (!acceptor().is_open()) return;
    if (error == boost::asio::error::would_block || error == boost::asio::error::connection_aborted) return accept();
    accept_later();
  }

  /// Out of file descriptors or of memory, most likely: sessions that end make room.
  void accept_later() {
    timer_.expires_after(pause_after_accept_error);
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& stopped) {
      if (const auto again = weak.lock(); again && !stopped) again->accept();
    });
  }

  void begin_session(Socket socket) {
    boost::system::error_code error;
    const auto endpoint = socket.remote_endpoint(error);
    if (error) return;
    auto remote = remote_of(endpoint);
    if (sessions_.size() >= shared_->options.max_sessions) {
      return reject(std::move(socket), "421 4.3.2 Too many connections");
    }
    smtp::ServerPeer peer;
    peer.session_id = next_id_++;
    peer.address = std::move(remote.address);
    peer.port = remote.port;
    peer.speaks_proxy = trust_.proxies.contains(peer.address);
    peer.may_xclient = trust_.xclient.contains(peer.address);
    auto& session = sessions_[peer.session_id];
    // A proxy's clients are counted once they are named, and a Unix socket's come from no address.
    if (!peer.speaks_proxy && remote.port != 0 && !count(session, peer.address)) {
      sessions_.erase(peer.session_id);
      return reject(std::move(socket), too_many_from_address);
    }
    session.connection = std::make_shared<ServerConnection>(
        executor_, shared_, tls_, std::move(peer), [weak = weak_from_this()](smtp::ServerPeer& named) {
          const auto self = weak.lock();
          return self ? self->check_named_client(named) : std::string();
        });
    const auto connection = session.connection;  // start() may end the session
    connection->start(std::move(socket), [weak = weak_from_this()](std::uint64_t session_id) {
      if (const auto self = weak.lock()) self->remove_session(session_id);
    });
  }

  struct Session {
    std::shared_ptr<ServerConnection> connection;
    std::string counted_address;  ///< in per_address_; empty: not counted
  };

  /// Once a proxy has named its client: "", or the reply that rejects it.
  std::string check_named_client(smtp::ServerPeer& peer) {
    peer.may_xclient = trust_.xclient.contains(peer.address);
    const auto found = sessions_.find(peer.session_id);
    const bool accepted = found == sessions_.end() || count(found->second, peer.address);
    return std::string(accepted ? std::string_view() : too_many_from_address);
  }

  /// Counts the session towards those of its address; false where that has too many.
  bool count(Session& session, const std::string& address) {
    const auto most = shared_->options.max_sessions_per_address;
    if (most == 0) return true;
    auto& sessions = per_address_[address];
    if (sessions >= most) return false;
    ++sessions;
    session.counted_address = address;
    return true;
  }

  void remove_session(std::uint64_t session_id) {
    const auto ended = sessions_.extract(session_id);
    if (ended.empty()) return;
    const auto counted = per_address_.find(ended.mapped().counted_address);
    if (counted != per_address_.end() && --counted->second == 0) per_address_.erase(counted);
  }

  /// Sends `reply` and closes. Where TLS comes first it only closes: the client could not read a reply.
  void reject(Socket socket, std::string_view reply) {
    if (shared_->options.session.implicit_tls) return;
    boost::system::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(boost::asio::buffer(std::string(reply) + "\r\n"), ignored);
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
  std::unordered_map<std::uint64_t, Session> sessions_;
  std::unordered_map<std::string, std::size_t> per_address_;  // sessions, where they are limited
};

}  // namespace

Result<std::shared_ptr<Listener>, ListenError> Listener::open(boost::asio::io_context& context, ListenOptions options,
                                                              smtp::ServerHandler& handler) {
  auto proxies = AddressBlocks::parse(options.proxies);
  if (!proxies) return ListenError{"proxies: " + proxies.error()};
  auto xclient = AddressBlocks::parse(options.xclient_from);
  if (!xclient) return ListenError{"xclient_from: " + xclient.error()};
  std::shared_ptr<ServerTls> tls;
  if (!options.certificate.certificate_pem.empty()) {
    auto made = ServerTls::make(options);
    if (!made) return ListenError{made.error()};
    tls = *std::move(made);
  } else if (options.session.implicit_tls || options.session.require_tls) {
    return ListenError{"TLS needs a certificate: certificate_pem is empty"};
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
