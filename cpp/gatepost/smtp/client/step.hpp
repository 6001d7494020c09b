#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "gatepost/codes/failure.hpp"
#include "gatepost/core/result.hpp"

namespace gatepost::smtp {

/// How far an operation has come.
enum class Progress : std::uint8_t {
  more,           ///< a reply to it, or the TLS handshake, is still to come
  done,           ///< it is over; what comes next is the session's choice
  reset,          ///< over, but the server may still hold recipients: RSET is due before the next letter
  dot_and_reset,  ///< the same, and the server waits for a letter that has no recipient left
  closed          ///< QUIT was answered
};

/// Why the session cannot go on.
struct Ending {
  codes::Failure why;
  std::string_view closing_lines = {};  ///< still to be written, each with its CRLF; their replies are not awaited
};

/// What an operation says to its session after each of its moves.
using Step = Result<Progress, Ending>;

/// A failure found on our side that concerns the whole session.
codes::Failure session_failure(codes::Category category, codes::Phase phase, std::string message);

/// The end of a session whose server still listens: with a QUIT.
Ending give_up(codes::Failure why);
Ending give_up(codes::Category category, codes::Phase phase, std::string message);

}  // namespace gatepost::smtp
