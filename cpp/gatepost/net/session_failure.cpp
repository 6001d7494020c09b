#include "gatepost/net/session_failure.hpp"

#include <boost/asio/error.hpp>

namespace gatepost::net {

Cause cause_of(const boost::system::error_code& error) {
  if (error.category() != boost::system::system_category()) return {};
  return {error.value(), error == boost::asio::error::timed_out};
}

codes::Failure session_failure(codes::Category category, codes::Phase phase, std::string message, Cause cause) {
  auto failure = codes::local_failure(category, phase, std::move(message));
  failure.scope = codes::Scope::session;
  failure.system_error = cause.system_error;
  failure.timed_out = cause.timed_out;
  return failure;
}

}  // namespace gatepost::net
