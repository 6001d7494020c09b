#pragma once
#include <string_view>

#include "gatepost/smtp/dot_decoder.hpp"
#include "gatepost/smtp/server/operations/continuation.hpp"
#include "gatepost/smtp/server/operations/letter_end.hpp"
#include "gatepost/smtp/server/session_context.hpp"
#include "gatepost/smtp/server/transaction.hpp"

namespace gatepost::smtp::server {

/// DATA (RFC 5321 §4.1.1.4), to CRLF.CRLF.
class DataReception {
 public:
  DataReception(SessionContext& context, Transaction& transaction, LetterEnd& letter_end)
      : context_(context), transaction_(transaction), letter_end_(letter_end) {}
  /// goes_on: the letter comes next.
  Continuation begin(std::string_view arguments);
  /// Takes the letter's bytes off the front.
  Continuation read(std::string_view& bytes);

 private:
  /// Whether a letter may come now; replies where it may not.
  bool is_in_order(std::string_view arguments);

  SessionContext& context_;
  Transaction& transaction_;
  LetterEnd& letter_end_;
  DotDecoder decoder_{0};
};

}  // namespace gatepost::smtp::server
