#include "gatepost/smtp/server/operations/chunk_reception.hpp"

#include <algorithm>
#include <charconv>

#include "gatepost/core/ascii.hpp"
#include "gatepost/smtp/server/command_parser.hpp"
#include "gatepost/smtp/server/letter_check.hpp"
#include "gatepost/smtp/server/reply_texts.hpp"
#include "gatepost/smtp/server/verdict_reply.hpp"

namespace gatepost::smtp::server {

Continuation ChunkReception::begin(std::string_view arguments) {
  if (!read_size(arguments)) {
    // Where the chunk ends is not known, and what follows is no command.
    context_.warn("BDAT without a size");
    context_.close_with("501 5.5.4 Syntax: BDAT size [LAST]", "BDAT without a size");
    return Continuation::done;
  }
  left_ = size_;
  if (is_for_letter()) admit();
  return end_if_read();
}

bool ChunkReception::read_size(std::string_view arguments) {
  const auto count = take_word(arguments);
  const auto* const behind = count.data() + count.size();
  const auto [end, fault] = std::from_chars(count.data(), behind, size_);
  last_ = equal_ignoring_case(arguments, "LAST");
  return !count.empty() && fault == std::errc{} && end == behind && (arguments.empty() || last_);
}

bool ChunkReception::is_for_letter() const {
  return context_.options.extensions.chunking && transaction_.begun && transaction_.recipients > 0;
}

void ChunkReception::admit() {
  if (!transaction_.chunked) begin_letter();
  if (context_.is_closed()) return;
  auto& letter = transaction_.letter;
  if (refusal_.empty() && size_ > context_.options.limits.message_bytes - letter.size()) refusal_ = too_large_reply;
  if (!refusal_.empty()) letter = std::string();
}

void ChunkReception::begin_letter() {
  transaction_.chunked = true;
  octets_ = OctetScan();
  const auto verdict = context_.handler.on_data(context_.peer, transaction_.envelope);
  const auto judged = reply_of(verdict, "354");
  refusal_ = judged.accepted ? std::string_view{} : judged.text;
  context_.replies.hold(verdict.delay);
  if (judged.closes) {
    context_.replies.write_when_due(judged.text, true);
    context_.close_when_said("closed by rule");
  } else {
    transaction_.begin_letter(std::max(size_, transaction_.announced_size));
  }
}

Continuation ChunkReception::read(std::string_view& bytes) {
  const auto part = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
  bytes.remove_prefix(part.size());
  context_.counters.letter_bytes += part.size();
  left_ -= part.size();
  if (is_for_letter() && refusal_.empty()) {
    octets_.read(part);
    transaction_.letter.append(part);
  }
  return end_if_read();
}

Continuation ChunkReception::end_if_read() {
  if (context_.is_closed()) return Continuation::done;
  if (context_.replies.is_holding() || left_ > 0) return Continuation::goes_on;
  end();
  return Continuation::done;
}

void ChunkReception::end() {
  if (!is_for_letter()) return refuse_stray();
  if (!last_) {
    if (!refusal_.empty()) return context_.refuse(refusal_);
    return context_.reply("250 2.0.0 " + std::to_string(size_) + " bytes received");
  }
  if (!refusal_.empty()) return letter_end_.end(refusal_);
  letter_end_.end(check_letter(context_, transaction_, find_line_faults(transaction_.letter), octets_));
}

void ChunkReception::refuse_stray() {
  if (!context_.options.extensions.chunking) return context_.error("502 5.5.1 BDAT is not offered");
  if (!transaction_.begun) return context_.out_of_order("503 5.5.1 Need MAIL first");
  transaction_.refuse_without_recipients(context_);
}

}  // namespace gatepost::smtp::server
