// BDAT (RFC 3030): a chunk that is refused is read away all the same, so that its bytes are never taken for commands.
#include <algorithm>
#include <charconv>
#include <utility>

#include "gatepost/core/ids.hpp"
#include "gatepost/smtp/server/reply_texts.hpp"
#include "gatepost/smtp/server/session_impl.hpp"

namespace gatepost::smtp {

namespace {

LineFaults find_line_faults(std::string_view text) {
  LineFaults found;
  std::ptrdiff_t pairs = 0;
  std::size_t begin = 0;
  for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', begin)) {
    found.bare_newline = found.bare_newline || at == begin || text[at - 1] != '\r';
    found.long_line = found.long_line || at + 1 - begin > max_line_octets;
    begin = at + 1;
    ++pairs;
  }
  found.bare_newline = found.bare_newline || std::count(text.begin(), text.end(), '\r') != pairs;
  found.long_line = found.long_line || text.size() - begin > max_line_octets;
  return found;
}

}  // namespace

void ServerSession::Impl::on_bdat(std::string_view arguments) {
  const auto count = take_word(arguments);
  const auto [end, fault] = std::from_chars(count.data(), count.data() + count.size(), chunk_size);
  last_chunk = equal_ignoring_case(arguments, "LAST");
  if (count.empty() || fault != std::errc{} || end != count.data() + count.size() ||
      (!arguments.empty() && !last_chunk)) {
    // Where the chunk ends is not known, and what follows is no command.
    warn("BDAT without a size");
    return close_with("501 5.5.4 Syntax: BDAT size [LAST]", "BDAT without a size");
  }
  chunk_left = chunk_size;
  state = State::chunk;
  if (is_for_letter()) admit_chunk();
  end_chunk_if_read();
}

bool ServerSession::Impl::is_for_letter() const {
  return options.extensions.chunking && mail.begun && mail.recipients > 0;
}

void ServerSession::Impl::refuse_stray_chunk() {
  if (!options.extensions.chunking) return error("502 5.5.1 BDAT is not offered");
  if (!mail.begun) return out_of_order("503 5.5.1 Need MAIL first");
  refuse_without_recipients();
}

void ServerSession::Impl::admit_chunk() {
  if (!std::exchange(mail.chunked, true)) {
    const auto verdict = handler.on_data(peer, mail.envelope);
    const auto judged = judge(verdict, "354");
    hold(verdict.delay);
    if (judged.closes) {
      say(judged.text, true);
      return close_when_said("closed by rule");
    }
    if (!judged.accepted) mail.chunk_refusal = judged.text;
    begin_letter(std::max(chunk_size, mail.announced_size));
  }
  if (mail.chunk_refusal.empty() && chunk_size > options.limits.message_bytes - letter.size()) {
    mail.chunk_refusal = too_large_reply;
  }
  if (!mail.chunk_refusal.empty()) letter = std::string();
}

void ServerSession::Impl::read_chunk(std::string_view& bytes) {
  const auto part = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(chunk_left, bytes.size())));
  bytes.remove_prefix(part.size());
  letter_bytes += part.size();
  chunk_left -= part.size();
  if (is_for_letter() && mail.chunk_refusal.empty()) {
    mail.octets.read(part);
    letter.append(part);
  }
  end_chunk_if_read();
}

void ServerSession::Impl::end_chunk_if_read() {
  if (state != State::chunk || waiting || chunk_left > 0) return;
  state = State::command;
  if (!is_for_letter()) return refuse_stray_chunk();
  if (!last_chunk) {
    if (!mail.chunk_refusal.empty()) return reply(mail.chunk_refusal, true);
    return reply("250 2.0.0 " + std::to_string(chunk_size) + " bytes received");
  }
  if (!mail.chunk_refusal.empty()) return end_letter(mail.chunk_refusal);
  end_letter(judge_letter(find_line_faults(letter), mail.octets));
}

}  // namespace gatepost::smtp
