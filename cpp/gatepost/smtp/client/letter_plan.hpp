#pragma once
#include <cstddef>
#include <memory>

#include "gatepost/smtp/client/extensions.hpp"
#include "gatepost/smtp/client/letter_record.hpp"
#include "gatepost/smtp/client/requests.hpp"

namespace gatepost::smtp {

/// How a letter goes to one server.
struct LetterPlan {
  std::unique_ptr<const RequestParameters> requested;  ///< null where the letter asks for nothing
  std::size_t size = 0;  ///< in octets, as it goes out; known where the server asks for it
  bool eight_bit = false;
  bool smtp_utf8 = false;
  bool bdat = false;  ///< by BDAT, not DATA
};

/// Checks what can be known before a byte is written: syntax of addresses (the injection gate), size, and what the
/// server offers. What must not be sent is refused in `record`, which is done where no recipient is left. `chunking`:
/// the letter may go by BDAT where the server takes it.
LetterPlan plan_letter(LetterRecord& record, const SessionFacts& facts, const Extensions& offered, bool chunking);

}  // namespace gatepost::smtp
