#pragma once
#include <boost/system/error_code.hpp>
#include <string>

#include "gatepost/codes/failure.hpp"

namespace gatepost::net {

/// What is known of a failure beside words.
struct Cause {
  int system_error = 0;    ///< errno; 0 where the system gave none
  bool timed_out = false;  ///< a deadline passed
};

/// Of an error that a socket reported. Asio's own, OpenSSL's and the resolver's numbers are no errno.
Cause cause_of(const boost::system::error_code& error);
inline constexpr Cause deadline_passed{0, true};

/// A failure of the whole connection.
codes::Failure session_failure(codes::Category category, codes::Phase phase, std::string message, Cause cause = {});

}  // namespace gatepost::net
