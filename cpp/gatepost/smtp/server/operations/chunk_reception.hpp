#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "gatepost/smtp/octet_scan.hpp"
#include "gatepost/smtp/server/operations/continuation.hpp"
#include "gatepost/smtp/server/operations/letter_end.hpp"
#include "gatepost/smtp/server/session_context.hpp"
#include "gatepost/smtp/server/transaction.hpp"

namespace gatepost::smtp::server {

/// BDAT (RFC 3030): a chunk that is refused is read away all the same, so that its bytes are never taken for commands.
class ChunkReception {
 public:
  ChunkReception(SessionContext& context, Transaction& transaction, LetterEnd& letter_end)
      : context_(context), transaction_(transaction), letter_end_(letter_end) {}
  /// goes_on: the chunk comes next, or its reply is held back.
  Continuation begin(std::string_view arguments);
  /// Takes the chunk's bytes off the front.
  Continuation read(std::string_view& bytes);
  /// No reply is held back any more.
  Continuation resume() { return end_if_read(); }

 private:
  bool read_size(std::string_view arguments);
  bool is_for_letter() const;
  void begin_letter();
  void admit();
  Continuation end_if_read();
  void end();
  void refuse_stray();

  SessionContext& context_;
  Transaction& transaction_;
  LetterEnd& letter_end_;
  std::uint64_t size_ = 0;
  std::uint64_t left_ = 0;
  bool last_ = false;
  // Of the letter that the chunks make.
  OctetScan octets_;
  std::string refusal_;  // why its chunks are read away, or ""
};

}  // namespace gatepost::smtp::server
