#pragma once
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gatepost/core/result.hpp"
#include "gatepost/smtp/server/session.hpp"

namespace gatepost::net {

/// A certificate chain with its key (PEM).
struct ServerCertificate {
  std::string certificate_pem;
  std::string key_pem;
};

struct ListenOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;         ///< 0: picked by the system
  std::string unix_path;          ///< a Unix socket instead of host and port; the file is removed on close
  ServerCertificate certificate;  ///< empty: no TLS
  std::map<std::string, ServerCertificate> certificates_by_name;  ///< for clients that ask for this name (SNI)
  std::string client_ca_pem;    ///< asks for client certificates and verifies them against these authorities
  std::string min_tls = "1.2";  ///< or "1.3"
  std::chrono::milliseconds command_deadline{300'000};  ///< for a whole command line or the next one to come
  std::chrono::milliseconds letter_deadline{600'000};   ///< for a whole letter, so that slow drips end
  std::chrono::milliseconds write_deadline{60'000};
  /// The least bytes of a letter per second, over each `rate_window`; 0: only the letter's deadline counts.
  std::uint64_t min_letter_rate = 0;
  std::chrono::milliseconds rate_window{30'000};
  std::size_t max_sessions = 1000;           ///< beyond: 421 4.3.2 and closed
  std::size_t max_sessions_per_address = 0;  ///< beyond: 421 4.7.0 and closed; 0: no limit
  std::vector<std::string> proxies;  ///< networks ("10.0.0.0/8", "::1") whose connections begin with a PROXY header
  std::vector<std::string> xclient_from;  ///< networks that may use XCLIENT; "unix" is any Unix socket's client
  smtp::ServerOptions session;
};

/// Why a listener could not be opened: the system refused, or an option is wrong.
struct ListenError {
  std::string message;
  bool by_system = false;
  int system_error = 0;  ///< errno, where the system gave one
};

/// A listening socket; each connection drives one ServerSession. Lives on one io_context's thread and must be gone
/// before the io_context is. All calls are for the context's thread.
class Listener {
 public:
  /// Binds and begins to accept. The error names host, port and the system's words. `handler` outlives the listener.
  static Result<std::shared_ptr<Listener>, ListenError> open(boost::asio::io_context& context, ListenOptions options,
                                                             smtp::ServerHandler& handler);
  virtual ~Listener() = default;
  virtual std::uint16_t port() const = 0;  ///< 0 for a Unix socket
  /// Stops accepting and drops all connections; no handler is called afterwards.
  virtual void close() = 0;
  /// Calls `call` with every session that is open now.
  virtual void for_each_session(const std::function<void(const smtp::ServerSession&)>& call) const = 0;
  /// The verdict of a handler that said "later". Does nothing where the session has ended.
  virtual void decide(std::uint64_t session_id, const smtp::Verdict& verdict) = 0;
  /// The clock of the session's options went on by itself: pauses may be over.
  virtual void clock_moved() = 0;
  /// New certificates for later connections; those that are open keep theirs. After an error the old ones still serve.
  virtual Result<void, std::string> reload(ServerCertificate certificate,
                                           std::map<std::string, ServerCertificate> by_name) = 0;
};

}  // namespace gatepost::net
