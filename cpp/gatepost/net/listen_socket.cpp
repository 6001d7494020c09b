#include "gatepost/net/listen_socket.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "gatepost/net/session_failure.hpp"
#include "gatepost/net/sockets.hpp"

namespace gatepost::net {

namespace {

using Error = boost::system::error_code;

ListenError failed(const std::string& place, const std::string& words, int system_error) {
  return {fmt::format("cannot listen on {}: {}", place, words), true, system_error};
}

ListenError failed(const std::string& place, const Error& error) {
  return failed(place, error.message(), cause_of(error).system_error);
}

Result<ListenSocket, ListenError> listen_at_port(boost::asio::io_context& context, const ListenOptions& options) {
  const auto place = fmt::format("{} port {}", options.host, options.port);
  Error error;
  Resolver resolver(context.get_executor());
  const auto found = resolver.resolve(options.host, std::to_string(options.port),
                                      Resolver::numeric_service | Resolver::passive, error);
  if (error || found.empty()) return failed(place, error);
  const auto endpoint = found.begin()->endpoint();
  Acceptor acceptor(context.get_executor());
  open_acceptor(acceptor, endpoint.protocol(), error);
  if (!error) acceptor.set_option(Acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(boost::asio::socket_base::max_listen_connections, error);
  if (error) return failed(place, error);
  return ListenSocket{std::move(acceptor), {}};
}

/// Whether there is a socket's file at which nobody listens any more.
bool is_stale(boost::asio::io_context& context, const std::string& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0 || !S_ISSOCK(info.st_mode)) return false;
  Error error;
  Socket probe(context.get_executor());
  const Unix::endpoint endpoint(path);
  open_socket(probe, AnyStream(endpoint.protocol()), error);
  if (!error) probe.connect(endpoint, error);
  return error == boost::asio::error::connection_refused;
}

Result<ListenSocket, ListenError> listen_at_path(boost::asio::io_context& context, const std::string& path) {
  if (path.size() >= sizeof(sockaddr_un::sun_path)) {
    return failed(
        path, fmt::format("the path of a Unix socket must have at most {} bytes", sizeof(sockaddr_un::sun_path) - 1),
        ENAMETOOLONG);
  }
  const Unix::endpoint endpoint(path);
  Error error;
  Acceptor acceptor(context.get_executor());
  open_acceptor(acceptor, AnyStream(endpoint.protocol()), error);
  if (!error) acceptor.bind(endpoint, error);
  if (error == boost::asio::error::address_in_use && is_stale(context, path)) {
    ::unlink(path.c_str());
    acceptor.bind(endpoint, error);
  }
  if (error) return failed(path, error);
  SocketFile file(path);
  // Nobody can connect before listen(), so nobody slips in while the mode is still the umask's.
  if (::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0) error = Error(errno, boost::system::system_category());
  if (!error) acceptor.listen(boost::asio::socket_base::max_listen_connections, error);
  if (!error) return ListenSocket{std::move(acceptor), std::move(file)};
  file.remove();
  return failed(path, error);
}

}  // namespace

SocketFile::SocketFile(std::string path) : path_(std::move(path)) {
  struct stat info {};
  if (::lstat(path_.c_str(), &info) == 0) {
    device_ = info.st_dev;
    inode_ = info.st_ino;
  }
}

void SocketFile::remove() {
  struct stat info {};
  if (path_.empty() || ::lstat(path_.c_str(), &info) != 0) return;
  if (info.st_dev == device_ && info.st_ino == inode_) ::unlink(path_.c_str());
  path_.clear();
}

Result<ListenSocket, ListenError> listen_at(boost::asio::io_context& context, const ListenOptions& options) {
  return options.unix_path.empty() ? listen_at_port(context, options) : listen_at_path(context, options.unix_path);
}

}  // namespace gatepost::net
