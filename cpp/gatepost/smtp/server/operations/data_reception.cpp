#include "gatepost/smtp/server/operations/data_reception.hpp"

#include "gatepost/smtp/server/letter_check.hpp"
#include "gatepost/smtp/server/reply_texts.hpp"

namespace gatepost::smtp::server {

Continuation DataReception::begin(std::string_view arguments) {
  if (!is_in_order(arguments)) return Continuation::done;
  const auto verdict = context_.handler.on_data(context_.peer, transaction_.envelope);
  if (!context_.answer(verdict, "354 End data with <CR><LF>.<CR><LF>")) return Continuation::done;
  decoder_ = DotDecoder(context_.options.limits.message_bytes);
  transaction_.begin_letter(transaction_.announced_size);
  return Continuation::goes_on;
}

bool DataReception::is_in_order(std::string_view arguments) {
  if (!arguments.empty()) {
    context_.error("501 5.5.4 Syntax: DATA");
  } else if (!transaction_.begun) {
    context_.out_of_order("503 5.5.1 Need MAIL first");
  } else if (transaction_.chunked) {
    context_.out_of_order("503 5.5.1 The letter has begun with BDAT");
  } else if (transaction_.binary) {
    context_.out_of_order("503 5.5.1 A BINARYMIME letter goes by BDAT");
  } else if (transaction_.recipients == 0) {
    transaction_.refuse_without_recipients(context_);
  } else {
    return true;
  }
  return false;
}

Continuation DataReception::read(std::string_view& bytes) {
  const auto before = bytes.size();
  decoder_.read(bytes, transaction_.letter);
  context_.counters.letter_bytes += before - bytes.size();
  if (!decoder_.done()) return Continuation::goes_on;
  const LineFaults faults{decoder_.bare_newline(), decoder_.long_line()};
  const auto refusal = check_letter(context_, transaction_, faults, decoder_.octets());
  letter_end_.end(decoder_.too_large() ? too_large_reply : refusal);
  return Continuation::done;
}

}  // namespace gatepost::smtp::server
