#pragma once
#include "gatepost/net/asio.hpp"

namespace gatepost::net {

// Asio makes sockets that programs inherit which the process starts at that moment. Ours never are.

/// Opens a socket; close-on-exec from birth.
void open_socket(Socket& socket, const AnyStream& protocol, boost::system::error_code& error);
void open_acceptor(Acceptor& acceptor, const AnyStream& protocol, boost::system::error_code& error);
/// The next connection that waits at the acceptor, likewise; would_block where there is none.
Socket accept_one(Acceptor& acceptor, boost::system::error_code& error);

/// Closes; the connection ends, or nobody listens any more, also where a child made by fork has a copy of the socket.
void close_for_all(Socket& socket);
void close_for_all(Acceptor& acceptor);

}  // namespace gatepost::net
