#pragma once
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <chrono>
#include <cstring>
#include <optional>

namespace gatepost::net {

// Asio's types bound to the io_context itself: the type-erased executor of the usual ones costs on every operation.
using Executor = boost::asio::io_context::executor_type;
using Tcp = boost::asio::ip::tcp;
using Unix = boost::asio::local::stream_protocol;
using AnyStream = boost::asio::generic::stream_protocol;  // TCP or Unix
using Socket = boost::asio::basic_stream_socket<AnyStream, Executor>;
using Acceptor = boost::asio::basic_socket_acceptor<AnyStream, Executor>;
using Endpoint = AnyStream::endpoint;
using Resolver = boost::asio::ip::basic_resolver<Tcp, Executor>;
using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

/// The TCP endpoint inside a generic one; nullopt for a Unix socket's.
inline std::optional<Tcp::endpoint> tcp_endpoint(const Endpoint& endpoint) {
  Tcp::endpoint tcp;
  if (endpoint.protocol().family() == AF_UNIX || endpoint.size() > tcp.capacity()) return std::nullopt;
  std::memcpy(tcp.data(), endpoint.data(), endpoint.size());
  tcp.resize(endpoint.size());
  return tcp;
}

}  // namespace gatepost::net
