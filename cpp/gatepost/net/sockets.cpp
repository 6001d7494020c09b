#include "gatepost/net/sockets.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace gatepost::net {

namespace {

using Error = boost::system::error_code;

template <class Handle>
void open(Handle& handle, const AnyStream& protocol, Error& error) {
  error.clear();
  const int fd = ::socket(protocol.family(), protocol.type() | SOCK_CLOEXEC, protocol.protocol());
  if (fd < 0) {
    error.assign(errno, boost::system::system_category());
    return;
  }
  handle.assign(protocol, fd, error);
  if (error) ::close(fd);
}

template <class Handle>
void close(Handle& handle) {
  // shutdown() is about the connection itself, close() only about this descriptor of it.
  if (handle.is_open()) ::shutdown(handle.native_handle(), SHUT_RDWR);
  Error ignored;
  handle.close(ignored);
}

}  // namespace

void open_socket(Socket& socket, const AnyStream& protocol, Error& error) { open(socket, protocol, error); }

void open_acceptor(Acceptor& acceptor, const AnyStream& protocol, Error& error) { open(acceptor, protocol, error); }

Socket accept_one(Acceptor& acceptor, Error& error) {
  Socket socket(acceptor.get_executor());
  const int fd = ::accept4(acceptor.native_handle(), nullptr, nullptr, SOCK_CLOEXEC);
  if (fd < 0) {
    error.assign(errno, boost::system::system_category());
    return socket;
  }
  Error ignored;
  socket.assign(acceptor.local_endpoint(ignored).protocol(), fd, error);
  if (error) ::close(fd);
  return socket;
}

void close_for_all(Socket& socket) { close(socket); }

void close_for_all(Acceptor& acceptor) { close(acceptor); }

}  // namespace gatepost::net
