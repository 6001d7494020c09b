#pragma once
#include <string_view>

#include "gatepost/smtp/octet_scan.hpp"
#include "gatepost/smtp/server/session_context.hpp"
#include "gatepost/smtp/server/transaction.hpp"

namespace gatepost::smtp::server {

/// What is wrong with the lines of a letter.
struct LineFaults {
  bool bare_newline = false;  ///< a CR without LF or an LF without CR
  bool long_line = false;     ///< over 1000 octets with its CRLF
};

/// Of a letter that came without dots.
LineFaults find_line_faults(std::string_view letter);

/// Warns of all that is wrong with a letter that was read whole, and flags it in the envelope. Returns the refusal, or
/// "".
std::string_view check_letter(SessionContext& context, Transaction& transaction, LineFaults lines,
                              const OctetScan& octets);

}  // namespace gatepost::smtp::server
