#include "gatepost/smtp/server/transaction.hpp"

#include <algorithm>
#include <utility>

namespace gatepost::smtp::server {

namespace {
constexpr std::uint64_t max_reserved = 1 << 20;  // of a letter's announced size; the rest grows as it comes
}

void Transaction::begin_letter(std::uint64_t size) {
  letter.clear();
  letter.reserve(static_cast<std::size_t>(std::min(size, max_reserved)));
}

// A pipelining client cannot know yet that its recipients were refused: no fault of its own, but only once.
void Transaction::refuse_without_recipients(SessionContext& context) {
  if (!std::exchange(asked, false)) return context.out_of_order("503 5.5.1 Need RCPT first");
  // RFC 2033 §4.2 wants 503 of LMTP.
  context.refuse(context.options.lmtp ? "503 5.5.1 No valid recipients" : "554 5.5.1 No valid recipients");
}

}  // namespace gatepost::smtp::server
