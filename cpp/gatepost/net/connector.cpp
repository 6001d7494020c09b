#include "gatepost/net/connector.hpp"

#include <fmt/format.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <sstream>

namespace gatepost::net {

using codes::Category;
using codes::Phase;

std::string in_words(std::chrono::milliseconds duration) {
  if (duration.count() < 1000) return fmt::format("{} ms", duration.count());
  return fmt::format("{:g} s", static_cast<double>(duration.count()) / 1000);
}

namespace {

std::string in_words(const Tcp::endpoint& endpoint) {
  std::ostringstream text;
  text << endpoint;
  return text.str();
}

Category category_of(const boost::system::error_code& error) {
  const bool unknown = error == boost::asio::error::host_not_found || error == boost::asio::error::no_data;
  // The name is our server's, never a recipient's: the address stays on the list.
  return unknown ? Category::connect_failed : Category::dns_temporary;
}

}  // namespace

Connector::Connector(const Executor& executor, std::string host, std::uint16_t port, const Deadlines& deadlines)
    : host_(std::move(host)),
      port_(port),
      deadlines_(deadlines),
      resolver_(executor),
      socket_(executor),
      deadline_(executor) {}

void Connector::start(Done done) {
  done_ = std::move(done);
  boost::system::error_code error;
  if (const auto address = boost::asio::ip::make_address(host_, error); !error) {
    endpoints_.emplace_back(address, port_);
    boost::asio::post(socket_.get_executor(), [self = shared_from_this()] { self->try_next(); });
    return;
  }
  deadline_.arm(deadlines_.dns, [self = shared_from_this()] {
    self->fail(Category::dns_temporary, Phase::dns,
               fmt::format("no answer about the name {} in {}", self->host_, net::in_words(self->deadlines_.dns)));
  });
  resolver_.async_resolve(host_, std::to_string(port_), Resolver::numeric_service | Resolver::address_configured,
                          [self = shared_from_this()](const boost::system::error_code& e, const auto& results) {
                            self->resolved(e, results);
                          });
}

void Connector::cancel() {
  done_ = nullptr;
  deadline_.cancel();
  resolver_.cancel();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void Connector::resolved(const boost::system::error_code& error, const Resolver::results_type& results) {
  if (!done_) return;
  deadline_.disarm();
  if (error) {
    return fail(category_of(error), Phase::dns, fmt::format("the name {} was not found: {}", host_, error.message()));
  }
  for (const auto& entry : results) endpoints_.push_back(entry.endpoint());
  try_next();
}

void Connector::try_next() {
  if (!done_) return;
  if (next_ == endpoints_.size()) {
    return fail(Category::connect_failed, Phase::connect,
                fmt::format("could not connect to {} port {}: {}", host_, port_, refusals_));
  }
  boost::system::error_code ignored;
  socket_.close(ignored);
  timed_out_ = false;
  deadline_.arm(deadlines_.connect, [self = shared_from_this()] {
    self->timed_out_ = true;
    boost::system::error_code none;
    self->socket_.close(none);
  });
  socket_.async_connect(endpoints_[next_],
                        [self = shared_from_this()](const boost::system::error_code& e) { self->connected(e); });
}

void Connector::connected(const boost::system::error_code& error) {
  if (!done_) return;
  deadline_.disarm();
  if (!error && !timed_out_) return finish(std::move(socket_));
  const auto why = timed_out_ ? "no answer in " + net::in_words(deadlines_.connect) : error.message();
  refusals_ += fmt::format("{}{}: {}", refusals_.empty() ? "" : "; ", in_words(endpoints_[next_]), why);
  ++next_;
  try_next();
}

void Connector::finish(Result<Socket, codes::Failure> result) {
  const auto done = std::exchange(done_, nullptr);
  deadline_.cancel();
  done(std::move(result));
}

void Connector::fail(Category category, Phase phase, const std::string& message) {
  resolver_.cancel();
  auto failure = codes::local_failure(category, phase, message);
  failure.scope = codes::Scope::session;
  finish(std::move(failure));
}

}  // namespace gatepost::net
