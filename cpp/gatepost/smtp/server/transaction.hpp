#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "gatepost/smtp/server/handler.hpp"
#include "gatepost/smtp/server/session_context.hpp"

namespace gatepost::smtp::server {

/// A mail transaction (RFC 5321 §3.3), from an accepted MAIL to the letter's end.
struct Transaction {
  bool begun = false;
  bool asked = false;                          ///< a recipient was asked for
  bool eight_bit = false;                      ///< BODY=8BITMIME or BINARYMIME
  bool binary = false;                         ///< BODY=BINARYMIME
  bool chunked = false;                        ///< BDAT has begun
  std::size_t recipients = 0;                  ///< accepted, those to be discarded included
  std::vector<bool> kept;                      ///< LMTP: of each accepted recipient, whether it is in the envelope
  std::set<std::string, std::less<>> domains;  ///< of the recipients, where they are limited
  std::uint64_t announced_size = 0;
  ServerEnvelope envelope;
  std::string letter;  ///< what is received of it

  void reset() { *this = Transaction(); }
  /// Makes room for a letter of about `size` bytes.
  void begin_letter(std::uint64_t size);
  /// The reply to DATA or BDAT where no recipient was accepted.
  void refuse_without_recipients(SessionContext& context);
};

}  // namespace gatepost::smtp::server
