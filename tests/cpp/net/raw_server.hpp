#pragma once
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>

namespace gatepost::net {

using RawSocket = boost::asio::generic::stream_protocol::socket;

inline void say(RawSocket& socket, const std::string& bytes) {
  boost::system::error_code gone;
  boost::asio::write(socket, boost::asio::buffer(bytes), gone);
}

/// Says each line after reading one from the client.
inline void answer(RawSocket& socket, const std::vector<std::string>& lines) {
  boost::system::error_code error;
  std::string input;
  char block[4096];
  for (const auto& line : lines) {
    while (input.find('\n') == std::string::npos && !error) {
      input.append(block, socket.read_some(boost::asio::buffer(block), error));
    }
    input.erase(0, input.find('\n') + 1);
    say(socket, line + "\r\n");
  }
}

/// Exactly so many bytes, or fewer where the client goes.
inline std::string read_bytes(RawSocket& socket, std::size_t count) {
  std::string bytes(count, '\0');
  boost::system::error_code error;
  bytes.resize(boost::asio::read(socket, boost::asio::buffer(bytes), error));
  return bytes;
}

/// Reads until the client goes.
inline void read_away(RawSocket& socket) {
  boost::system::error_code error;
  char block[4096];
  while (!error) socket.read_some(boost::asio::buffer(block), error);
}

/// Serves so many connections, one after the other, on loopback or on a Unix socket, in a thread of its own.
class RawServer {
 public:
  using Serve = std::function<void(RawSocket&)>;

  explicit RawServer(Serve serve, int connections = 1) : RawServer(loopback(), std::move(serve), connections) {}
  RawServer(const std::string& unix_path, Serve serve)
      : RawServer(boost::asio::local::stream_protocol::endpoint(unix_path), std::move(serve), 1) {}
  ~RawServer() {
    thread_.join();
    const auto end = acceptor_.local_endpoint();
    if (end.protocol().family() == AF_UNIX) {
      std::filesystem::remove(reinterpret_cast<const sockaddr_un*>(end.data())->sun_path);
    }
  }

  std::uint16_t port() const {
    boost::asio::ip::tcp::endpoint tcp;
    std::memcpy(tcp.data(), acceptor_.local_endpoint().data(), tcp.capacity());
    return tcp.port();
  }

 private:
  using Endpoint = boost::asio::generic::stream_protocol::endpoint;

  static Endpoint loopback() { return boost::asio::ip::tcp::endpoint(boost::asio::ip::make_address("127.0.0.1"), 0); }
  RawServer(const Endpoint& endpoint, Serve serve, int connections) : acceptor_(context_, endpoint) {
    thread_ = std::thread([this, serve = std::move(serve), connections] {
      for (int i = 0; i < connections; ++i) {
        RawSocket socket(context_);
        acceptor_.accept(socket);
        serve(socket);
      }
    });
  }

  boost::asio::io_context context_;
  boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol> acceptor_;
  std::thread thread_;
};

}  // namespace gatepost::net
