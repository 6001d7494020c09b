#pragma once
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "gatepost/core/result.hpp"
#include "gatepost/smtp/server_session.hpp"

namespace gatepost::net {

struct ListenOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: picked by the system
  std::string certificate_pem;
  std::string key_pem;
  std::chrono::milliseconds command_deadline{300'000};  ///< for a whole command line or the next one to come
  std::chrono::milliseconds letter_deadline{600'000};   ///< for a whole letter, so that slow drips end
  std::chrono::milliseconds write_deadline{60'000};
  std::size_t max_sessions = 1000;  ///< beyond: 421 4.3.2 and closed
  smtp::ServerOptions session;
};

/// A listening socket; each connection drives one ServerSession. Lives on one io_context's thread and must be gone
/// before the io_context is.
class Listener {
 public:
  /// Binds and begins to accept. The error names host, port and the system's words. `handler` outlives the listener.
  static Result<std::shared_ptr<Listener>, std::string> open(boost::asio::io_context& context, ListenOptions options,
                                                             smtp::ServerHandler& handler);
  virtual ~Listener() = default;
  virtual std::uint16_t port() const = 0;
  /// Stops accepting and drops what is connected. Call on the context's thread; no handler is called afterwards.
  virtual void close() = 0;
  using Visitor = std::function<void(const smtp::ServerSession&)>;
  /// Shows every session that is connected now. Call on the context's thread.
  virtual void visit(const Visitor& visitor) const = 0;
};

}  // namespace gatepost::net
