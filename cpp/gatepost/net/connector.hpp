#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gatepost/codes/failure.hpp"
#include "gatepost/core/result.hpp"
#include "gatepost/net/asio.hpp"
#include "gatepost/net/deadline_timer.hpp"
#include "gatepost/net/deadlines.hpp"

namespace gatepost::net {

/// Finds the addresses of a host and connects to the first that answers, IPv6 and IPv4 in the system's order
/// (RFC 6724). Each address has the connect deadline for itself.
class Connector : public std::enable_shared_from_this<Connector> {
 public:
  /// Failures: connect_failed or dns_temporary in phase dns, connect_failed in phase connect.
  using Done = std::function<void(Result<Socket, codes::Failure>)>;

  Connector(const Executor& executor, std::string host, std::uint16_t port, const Deadlines& deadlines);
  /// `done` is called once, never from inside start(); not at all after cancel().
  void start(Done done);
  void cancel();

 private:
  void resolved(const boost::system::error_code& error, const Resolver::results_type& results);
  void try_next();
  void connected(const boost::system::error_code& error);
  void finish(Result<Socket, codes::Failure> result);
  void fail(codes::Category category, codes::Phase phase, const std::string& message);

  std::string host_;
  std::uint16_t port_;
  Deadlines deadlines_;
  Resolver resolver_;
  Socket socket_;
  DeadlineTimer deadline_;
  std::vector<Tcp::endpoint> endpoints_;
  std::size_t next_ = 0;
  bool timed_out_ = false;
  std::string refusals_;  // "[::1]:25: Connection refused; ..."
  Done done_;
};

/// "1.5 s", "250 ms".
std::string in_words(std::chrono::milliseconds duration);

}  // namespace gatepost::net
