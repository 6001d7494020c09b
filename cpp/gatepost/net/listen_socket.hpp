#pragma once
#include <sys/types.h>

#include <string>

#include "gatepost/core/result.hpp"
#include "gatepost/net/asio.hpp"
#include "gatepost/net/listener.hpp"

namespace gatepost::net {

/// The file of a Unix socket. remove() takes it away, but not one that has come in its place meanwhile.
class SocketFile {
 public:
  SocketFile() = default;  ///< none
  /// The file as it is now.
  explicit SocketFile(std::string path);
  void remove();

 private:
  std::string path_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

struct ListenSocket {
  Acceptor acceptor;
  SocketFile file;
};

/// A socket that listens at host and port, or at unix_path: with mode 0600, in place of a socket that nobody listens
/// at any more. The error names the place and the system's words.
Result<ListenSocket, ListenError> listen_at(boost::asio::io_context& context, const ListenOptions& options);

}  // namespace gatepost::net
