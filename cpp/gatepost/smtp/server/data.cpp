// DATA.
#include <algorithm>
#include <utility>

#include "gatepost/smtp/server/reply_texts.hpp"
#include "gatepost/smtp/server/session_impl.hpp"

namespace gatepost::smtp {

namespace {
constexpr std::uint64_t max_reserved = 1 << 20;  // of a letter's announced size; the rest grows as it comes
}

void ServerSession::Impl::on_data(std::string_view arguments) {
  if (!arguments.empty()) return error("501 5.5.4 Syntax: DATA");
  if (!mail.begun) return out_of_order("503 5.5.1 Need MAIL first");
  if (mail.chunked) return out_of_order("503 5.5.1 The letter has begun with BDAT");
  if (mail.binary) return out_of_order("503 5.5.1 A BINARYMIME letter goes by BDAT");
  if (mail.recipients == 0) return refuse_without_recipients();
  if (!answer(handler.on_data(peer, mail.envelope), "354 End data with <CR><LF>.<CR><LF>")) return;
  if (state == State::closed) return;
  state = State::data;
  decoder = DotDecoder(options.limits.message_bytes);
  begin_letter(mail.announced_size);
}

/// A pipelining client cannot know yet that its recipients were refused: no fault of its own, but only once.
void ServerSession::Impl::refuse_without_recipients() {
  if (!std::exchange(mail.asked, false)) return out_of_order("503 5.5.1 Need RCPT first");
  // RFC 2033 §4.2 wants 503 of LMTP.
  reply(options.lmtp ? "503 5.5.1 No valid recipients" : "554 5.5.1 No valid recipients", true);
}

void ServerSession::Impl::begin_letter(std::uint64_t size) {
  letter.clear();
  letter.reserve(static_cast<std::size_t>(std::min(size, max_reserved)));
}

void ServerSession::Impl::read_data(std::string_view& bytes) {
  const auto before = bytes.size();
  decoder.read(bytes, letter);
  letter_bytes += before - bytes.size();
  if (!decoder.done()) return;
  state = State::command;
  const auto refusal = judge_letter({decoder.bare_newline(), decoder.long_line()}, decoder.octets());
  end_letter(decoder.too_large() ? too_large_reply : refusal);
}

}  // namespace gatepost::smtp
