#pragma once
#include <string_view>

#include "gatepost/smtp/client/session.hpp"

namespace gatepost::engine {

/// Whether every further letter of this account would meet the same end.
bool stops_the_account(const codes::Failure& failure);
/// Whether every further letter of this one's sender would: it was refused on MAIL.
bool stops_the_sender(const codes::Failure& failure);

/// What the connection has been good for that a letter was put on.
struct Standing {
  bool has_served = false;    ///< it has taken letters before
  bool others_are_in = false;  ///< there are connections beside it
  bool put_off = false;       ///< the letter was put off by another one already
};

/// Whether a failure speaks of the connection, or of how many there are, and not of the letter or recipient that met
/// it: nothing of the letter was taken, and over another connection it may go. That is
///   - "too many connections", by the taxonomy, in whatever code and phase;
///   - 421 before the letter's text is out, where it says no more than that the service closes;
///   - a connection that is gone without a word before the text goes out, or before any word of the letter was
///   answered;
///   - 421 for a rate, once: it may be that of this connection, and is the account's where another says so too;
///   - "busy" in other words on the first letter of a connection, while there are others;
///   - silence only where the connection has served before: a firewall between us may have forgotten it.
bool speaks_of_the_connection(const codes::Failure& failure, const Standing& standing);
/// As above, of a letter of which no command was answered.
bool untouched_speaks_of_the_connection(const codes::Failure& failure, const Standing& standing);

/// For letters that a closed mailer gives back.
codes::Failure closed_failure();
/// For letters that an exception of ours ended: there is no memory, most likely.
codes::Failure internal_failure(std::string_view what);
/// For letters of a lane that is removed.
codes::Failure removed_failure();
/// For letters that their sender takes back.
codes::Failure cancelled_failure();

}  // namespace gatepost::engine
