#include "gatepost/net/connector.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <sstream>

#include "gatepost/core/text_gate.hpp"
#include "gatepost/net/sockets.hpp"

namespace gatepost::net {

using codes::Category;
using codes::Phase;
using std::chrono::steady_clock;

std::string in_words(std::chrono::milliseconds duration) {
  if (duration.count() < 1000) return fmt::format("{} ms", duration.count());
  return fmt::format("{:g} s", static_cast<double>(duration.count()) / 1000);
}

namespace {

std::string in_words(const Endpoint& endpoint) {
  const auto tcp = tcp_endpoint(endpoint);
  if (!tcp) return "unix socket";
  std::ostringstream text;
  text << *tcp;
  return text.str();
}

/// An address literal (RFC 5321 §4.1.3); empty where there is no IP address.
std::string literal_of(const Endpoint& endpoint) {
  const auto tcp = tcp_endpoint(endpoint);
  if (!tcp) return {};
  auto address = tcp->address();
  if (address.is_v4()) return "[" + address.to_string() + "]";
  auto v6 = address.to_v6();
  if (v6.is_v4_mapped()) return "[" + make_address_v4(boost::asio::ip::v4_mapped, v6).to_string() + "]";
  v6.scope_id(0);
  return "[IPv6:" + v6.to_string() + "]";
}

Category category_of(const boost::system::error_code& error) {
  const bool unknown = error == boost::asio::error::host_not_found || error == boost::asio::error::no_data;
  // The name is our server's, never a recipient's: the address stays on the list.
  return unknown ? Category::connect_failed : Category::dns_temporary;
}

std::chrono::microseconds since(steady_clock::time_point begin) {
  return std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - begin);
}

}  // namespace

Connector::Connector(const Executor& executor, const ConnectOptions& options)
    : options_(options), resolver_(executor), socket_(executor), deadline_(executor) {}

void Connector::start(Done done) {
  done_ = std::move(done);
  boost::asio::post(socket_.get_executor(), [self = shared_from_this()] {
    if (self->done_) self->guarded([&] { self->begin(); });
  });
}

void Connector::begin() {
  if (!options_.targets.empty()) return look_up();
  auto failure = codes::local_failure(Category::connect_failed, Phase::connect, "there is no server to connect to");
  failure.scope = codes::Scope::session;
  finish(std::move(failure));
}

const std::string& Connector::shown_host() const {
  if (!options_.proxy) return target().shown_host();
  return options_.proxy->shown.empty() ? options_.proxy->host : options_.proxy->shown;
}

void Connector::look_up() {
  since_ = steady_clock::now();
  boost::system::error_code no_address;
  if (!target().unix_path.empty()) {
    add_unix_endpoint();
  } else if (const auto address = boost::asio::ip::make_address(host(), no_address); !no_address) {
    race({Tcp::endpoint(address, port())});
  } else if (options_.addresses_of != nullptr) {
    std::vector<Endpoint> endpoints;
    for (const auto& each : options_.addresses_of(host())) {
      endpoints.emplace_back(Tcp::endpoint(boost::asio::ip::make_address(each), port()));
    }
    named_ = true;
    race(interleaved(endpoints));
  } else {
    arm(options_.deadlines.dns);
    resolver_.async_resolve(host(), std::to_string(port()), Resolver::numeric_service | Resolver::address_configured,
                            [self = shared_from_this(), at = target_](const auto& error, const auto& results) {
                              if (self->at(at)) self->guarded([&] { self->resolved(error, results); });
                            });
  }
}

void Connector::arm(std::chrono::milliseconds after) {
  // One handler for all steps: the timer keeps the first that it was given.
  deadline_.arm(after, [self = shared_from_this()] {
    if (self->done_) self->guarded([&] { self->expired(); });
  });
}

void Connector::expired() {
  const auto& deadlines = options_.deadlines;
  if (endpoints_.empty()) {
    fail(Category::dns_temporary, Phase::dns,
         fmt::format("no answer about the name {} within {}", shown_host(), net::in_words(deadlines.dns)),
         deadline_passed);
  } else if (proxy_) {
    fail_at_proxy("the proxy did not answer within " + net::in_words(deadlines.connect), deadline_passed);
  } else {
    race_on();
  }
}

void Connector::cancel() {
  done_ = nullptr;
  deadline_.cancel();
  resolver_.cancel();
  attempts_.clear();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void Connector::resolved(const boost::system::error_code& error, const Resolver::results_type& results) {
  deadline_.disarm();
  if (error) {
    return fail(category_of(error), Phase::dns,
                fmt::format("the name {} was not found: {}", shown_host(), error.message()), cause_of(error));
  }
  named_ = true;
  std::vector<Endpoint> endpoints;
  for (const auto& entry : results) endpoints.emplace_back(entry.endpoint());
  dns_ += since(since_);
  since_ = steady_clock::now();
  race(interleaved(endpoints));
}

void Connector::add_unix_endpoint() {
  const auto& path = target().unix_path;
  if (path.size() >= sizeof(sockaddr_un::sun_path) || path.find('\0') != std::string::npos) {
    return fail(Category::connect_failed, Phase::connect,
                "the path of a Unix socket must have at most 107 bytes: " + quoted_for_message(path),
                {ENAMETOOLONG, false});
  }
  race({Unix::endpoint(path)});
}

void Connector::race(std::vector<Endpoint> endpoints) {
  endpoints_ = std::move(endpoints);
  refusals_.assign(endpoints_.size(), {});
  race_ = ConnectRace(endpoints_.size(), options_.deadlines.connect);
  race_on();
}

void Connector::race_on() {
  const auto now = steady_clock::now();
  while (const auto late = race_.expired(now)) {
    lose(*late, "no answer within " + net::in_words(options_.deadlines.connect), deadline_passed);
  }
  while (const auto next = race_.begin(now)) attempt(*next);
  if (race_.lost()) return unreachable();
  arm(std::max(std::chrono::ceil<std::chrono::milliseconds>(race_.next_event() - now), std::chrono::milliseconds(0)));
}

void Connector::attempt(std::size_t address) {
  const auto& endpoint = endpoints_[address];
  auto& socket = attempts_.emplace(address, socket_.get_executor()).first->second;
  boost::system::error_code error;
  open_socket(socket, endpoint.protocol(), error);
  if (error) return lose(address, error.message(), cause_of(error));
  if (const auto tcp = tcp_endpoint(endpoint); tcp && !options_.source_address.empty()) {
    const auto source = boost::asio::ip::make_address(options_.source_address, error);
    if (error)
      return lose(address, fmt::format("the source address '{}' is not an IP address", options_.source_address));
    if (source.is_v4() != tcp->address().is_v4())
      return lose(address, "not of the source address's family (IPv4 or IPv6)");
    socket.bind(Tcp::endpoint(source, 0), error);
    if (error)
      return lose(address, fmt::format("from {}: {}", options_.source_address, error.message()), cause_of(error));
  }
  socket.async_connect(endpoint, [self = shared_from_this(), at = target_, address](const auto& failed) {
    if (!self->at(at) || !self->attempts_.contains(address)) return;  // another was faster, or its time was up
    self->guarded([&] {
      if (!failed) return self->connected(address);
      self->lose(address, failed.message(), cause_of(failed));
      self->race_on();
    });
  });
}

void Connector::connected(std::size_t address) {
  deadline_.disarm();
  winner_ = address;
  socket_ = std::move(attempts_.at(address));
  attempts_.clear();
  if (!options_.proxy) return send_proxy_header();
  proxy_ = make_proxy_handshake(*options_.proxy, target().host, target().port);
  arm(options_.deadlines.connect);
  ask_proxy();
}

void Connector::lose(std::size_t address, std::string why, Cause cause) {
  if (cause.system_error != 0 || cause.timed_out) last_refusal_ = cause;
  refusals_[address] = std::move(why);
  attempts_.erase(address);
  race_.failed(address);
}

void Connector::unreachable() {
  std::string why;
  for (std::size_t i = 0; i < endpoints_.size(); ++i) {
    // Of one address that was given as such the failure's words say which.
    why +=
        named_ ? fmt::format("{}{}: {}", why.empty() ? "" : "; ", in_words(endpoints_[i]), refusals_[i]) : refusals_[i];
  }
  const auto what = target().unix_path.empty() ? fmt::format("{} port {}", shown_host(), port()) : in_words(target());
  fail(Category::connect_failed, Phase::connect, fmt::format("could not connect to {}: {}", what, why), last_refusal_);
}

void Connector::ask_proxy() {
  switch (proxy_->status()) {
    case ProxyHandshake::Status::refused:
      return fail_at_proxy(proxy_->error());
    case ProxyHandshake::Status::open:
      deadline_.disarm();
      return send_proxy_header();
    case ProxyHandshake::Status::more:
      break;
  }
  write(std::make_shared<std::string>(proxy_->take_output()), &Connector::hear_proxy);
}

void Connector::hear_proxy() {
  // Looked at before it is taken: what stands behind the proxy's answer is the server's.
  heard_.resize(1024);
  socket_.async_receive(boost::asio::buffer(heard_), Socket::message_peek,
                        [self = shared_from_this(), at = target_](const auto& error, std::size_t there) {
                          if (self->at(at)) self->guarded([&] { self->heard(error, there); });
                        });
}

void Connector::heard(const boost::system::error_code& error, std::size_t there) {
  if (error) return fail_at_proxy("the proxy closed the connection: " + error.message(), cause_of(error));
  const auto used = proxy_->receive(std::string_view(heard_).substr(0, there));
  boost::system::error_code ignored;
  socket_.read_some(boost::asio::buffer(heard_, used), ignored);
  ask_proxy();
}

void Connector::write(std::shared_ptr<std::string> bytes, void (Connector::*then)()) {
  if (bytes->empty()) return (this->*then)();
  boost::asio::async_write(socket_, boost::asio::buffer(*bytes),
                           [self = shared_from_this(), bytes, then, at = target_](const auto& error, auto) {
                             if (!self->at(at)) return;
                             self->guarded([&] {
                               if (!error) return (self.get()->*then)();
                               self->fail(
                                   Category::connect_failed, Phase::connect,
                                   fmt::format("the connection to {} broke: {}", self->shown_host(), error.message()),
                                   cause_of(error));
                             });
                           });
}

void Connector::send_proxy_header() {
  auto header = std::make_shared<std::string>();
  if (options_.proxy_header) *header = smtp::write_proxy_header(*options_.proxy_header);
  write(std::move(header), &Connector::stand);
}

void Connector::stand() {
  auto server = in_words(endpoints_[winner_]);
  if (options_.proxy) server = fmt::format("{} by the proxy {}", in_words(target()), server);
  if (!target().unix_path.empty()) server = in_words(target());
  boost::system::error_code gone;
  auto own_address = literal_of(socket_.local_endpoint(gone));
  finish(Connected{std::move(socket_), target(), std::move(server), std::move(own_address), dns_,
                   connect_ + since(since_)});
}

void Connector::finish(Result<Connected, codes::Failure> result) {
  const auto done = std::exchange(done_, nullptr);
  deadline_.cancel();
  resolver_.cancel();
  done(std::move(result));
}

void Connector::break_off(const char* what) {
  if (!done_) return;
  finish(session_failure(Category::connect_failed, Phase::connect, std::string("an error inside gatepost: ") + what));
}

void Connector::fail(Category category, Phase phase, const std::string& message, Cause cause) {
  if (options_.proxy) return fail_at_proxy("the proxy cannot be reached: " + message, cause);
  give_up(category, phase, message, cause);
}

void Connector::fail_at_proxy(const std::string& message, Cause cause) {
  give_up(Category::connect_failed, Phase::connect, message, cause);
}

void Connector::give_up(Category category, Phase phase, std::string words, Cause cause) {
  if (proxy_ && options_.targets.size() > 1) words += " (on the way to " + in_words(target()) + ")";
  auto failure = session_failure(category, phase, words, cause);
  boost::system::error_code ignored;
  socket_.close(ignored);
  attempts_.clear();
  resolver_.cancel();
  deadline_.disarm();
  if (furthest_) {
    words = furthest_->message + "; " + words;
    if (furthest_->phase > failure.phase) failure = *std::move(furthest_);
    failure.message = std::move(words);
  }
  const bool by_the_way = options_.proxy && !proxy_;  // to the next target it is the same
  if (by_the_way || target_ + 1 == options_.targets.size()) return finish(std::move(failure));
  (endpoints_.empty() ? dns_ : connect_) += since(since_);
  furthest_ = std::move(failure);
  ++target_;
  endpoints_.clear();
  named_ = false;
  last_refusal_ = {};
  proxy_.reset();
  look_up();
}

}  // namespace gatepost::net
