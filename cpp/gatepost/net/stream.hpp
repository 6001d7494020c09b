#pragma once
#include <boost/asio/ssl/stream.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "gatepost/net/sockets.hpp"
#include "gatepost/net/tls.hpp"

namespace gatepost::net {

/// A TCP socket that may turn to TLS. One read and one write may be under way at a time.
class Stream {
 public:
  explicit Stream(Socket socket) : socket_(std::move(socket)) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// Takes a connected socket; no Nagle, no blocking.
  void adopt(Socket socket) {
    socket_ = std::move(socket);
    boost::system::error_code ignored;
    socket_.set_option(Tcp::no_delay(true), ignored);
    socket_.non_blocking(true, ignored);
  }

  /// Whoever is at the other end sees a reset once the socket is closed.
  void reset_on_close() {
    boost::system::error_code ignored;
    socket_.set_option(boost::asio::socket_base::linger(true, 0), ignored);
    resets_ = true;
  }

  Socket& socket() { return socket_; }
  bool encrypted() const { return tls_.has_value(); }

  template <class Handler>
  void async_read_some(boost::asio::mutable_buffer buffer, Handler&& handler) {
    if (tls_) {
      tls_->async_read_some(buffer, std::forward<Handler>(handler));
    } else {
      socket_.async_read_some(buffer, std::forward<Handler>(handler));
    }
  }

  template <class Handler>
  void async_write_some(boost::asio::const_buffer buffer, Handler&& handler) {
    if (tls_) {
      tls_->async_write_some(buffer, std::forward<Handler>(handler));
    } else {
      socket_.async_write_some(buffer, std::forward<Handler>(handler));
    }
  }

  /// Writes what the kernel takes at once; would_block where that is nothing, and always under TLS.
  std::size_t try_write(std::string_view bytes, boost::system::error_code& error) {
    if (tls_) {
      error = boost::asio::error::would_block;
      return 0;
    }
    return socket_.write_some(boost::asio::buffer(bytes), error);
  }

  /// Reads what is there at once; 0 where that is nothing, and always under TLS.
  std::size_t try_read(boost::asio::mutable_buffer buffer) {
    boost::system::error_code error;
    return tls_ ? 0 : socket_.read_some(buffer, error);
  }

  using Tls = boost::asio::ssl::stream<Socket&>;
  /// From here on everything is TLS. The context must outlive the stream.
  Tls& start_tls(TlsContext& context) { return tls_.emplace(socket_, context); }
  Tls& tls() { return *tls_; }

  void close() {
    if (!resets_) return close_for_all(socket_);
    boost::system::error_code ignored;
    socket_.close(ignored);  // a shutdown would say good-bye first
  }

 private:
  Socket socket_;
  std::optional<Tls> tls_;
  bool resets_ = false;
};

}  // namespace gatepost::net
