#include "gatepost/net/listener.hpp"

#include <fmt/format.h>

#include <unordered_map>

#include "gatepost/net/server_connection.hpp"
#include "gatepost/net/server_tls.hpp"

namespace gatepost::net {

namespace {

constexpr std::chrono::milliseconds pause_after_accept_error{100};

class TcpListener final : public Listener, public std::enable_shared_from_this<TcpListener> {
 public:
  TcpListener(boost::asio::io_context& context, std::shared_ptr<const ServerContext> shared, Acceptor acceptor)
      : executor_(context.get_executor()),
        shared_(std::move(shared)),
        acceptor_(std::move(acceptor)),
        timer_(executor_) {
    boost::system::error_code ignored;
    if (const auto local = tcp_endpoint(acceptor_.local_endpoint(ignored))) port_ = local->port();
  }
  ~TcpListener() override { close(); }

  std::uint16_t port() const override { return port_; }

  void close() override {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    timer_.cancel();
    for (const auto& [id, connection] : std::exchange(connections_, {})) connection->drop();
  }

  void decide(std::uint64_t, const smtp::Verdict&) override {}
  Result<void, std::string> reload(ServerCertificate, std::map<std::string, ServerCertificate>) override { return {}; }

  void visit(const Visitor& visitor) const override {
    for (const auto& [id, connection] : connections_) visitor(connection->session());
  }

  void accept() {
    acceptor_.async_accept([weak = weak_from_this()](const boost::system::error_code& error, Socket socket) {
      const auto self = weak.lock();
      if (!self || !self->acceptor_.is_open()) return;
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
  void welcome(Socket socket) {
    boost::system::error_code error;
    const auto remote = tcp_endpoint(socket.remote_endpoint(error));
    if (error || !remote) return;
    if (connections_.size() >= shared_->options.max_sessions) return turn_away(std::move(socket));
    smtp::ServerPeer peer;
    peer.session_id = next_id_++;
    peer.address = remote->address().to_string();
    peer.port = remote->port();
    const auto id = peer.session_id;
    const auto connection = std::make_shared<ServerConnection>(executor_, shared_, std::move(peer));
    connections_.emplace(id, connection);
    connection->start(std::move(socket), [weak = weak_from_this()](std::uint64_t over) {
      if (const auto self = weak.lock()) self->connections_.erase(over);
    });
  }

  void turn_away(Socket socket) {
    if (shared_->options.session.implicit_tls) return;
    boost::system::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(boost::asio::buffer(std::string_view("421 4.3.2 Too many connections\r\n")), ignored);
    socket.shutdown(Socket::shutdown_send, ignored);
  }

  Executor executor_;
  std::shared_ptr<const ServerContext> shared_;
  Acceptor acceptor_;
  Timer timer_;
  std::uint16_t port_ = 0;
  std::uint64_t next_id_ = 1;
  std::unordered_map<std::uint64_t, std::shared_ptr<ServerConnection>> connections_;
};

/// Binds `host` (an address or a name of this machine); throws nothing.
Result<Acceptor, std::string> bind(boost::asio::io_context& context, const ListenOptions& options) {
  const auto failed = [&](const boost::system::error_code& error) {
    return fmt::format("cannot listen on {} port {}: {}", options.host, options.port, error.message());
  };
  boost::system::error_code error;
  Resolver resolver(context.get_executor());
  const auto found = resolver.resolve(options.host, std::to_string(options.port),
                                      Resolver::numeric_service | Resolver::passive, error);
  if (error || found.empty()) return failed(error);
  const auto endpoint = found.begin()->endpoint();
  Acceptor acceptor(context.get_executor());
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(Acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(boost::asio::socket_base::max_listen_connections, error);
  if (error) return failed(error);
  return acceptor;
}

}  // namespace

Result<std::shared_ptr<Listener>, std::string> Listener::open(boost::asio::io_context& context, ListenOptions options,
                                                              smtp::ServerHandler& handler) {
  SharedTlsContext tls;
  if (!options.certificate.certificate_pem.empty()) {
    auto made = server_tls_context(options.certificate.certificate_pem, options.certificate.key_pem);
    if (!made) return made.error();
    tls = *made;
  } else if (options.session.implicit_tls || options.session.require_tls) {
    return std::string("TLS needs a certificate: certificate_pem is empty");
  }
  options.session.offer_starttls = tls && !options.session.implicit_tls;
  auto acceptor = bind(context, options);
  if (!acceptor) return acceptor.error();
  auto shared = std::make_shared<const ServerContext>(ServerContext{std::move(options), std::move(tls), handler});
  auto listener = std::make_shared<TcpListener>(context, std::move(shared), *std::move(acceptor));
  listener->accept();
  return std::shared_ptr<Listener>(std::move(listener));
}

}  // namespace gatepost::net
