#include "gatepost/smtp/server/letter_check.hpp"

#include "gatepost/core/line_ends.hpp"
#include "gatepost/smtp/dot_decoder.hpp"
#include "gatepost/smtp/server/reply_texts.hpp"

namespace gatepost::smtp::server {

namespace {

/// SMTPUTF8 is for the header alone (RFC 6531 §3.6).
bool has_octets_unannounced(const Transaction& transaction, const OctetScan& octets) {
  if (!octets.high() || transaction.eight_bit) return false;
  if (!transaction.envelope.smtp_utf8) return true;
  const std::string_view letter = transaction.letter;
  OctetScan body;
  const auto end = letter.find("\r\n\r\n");
  if (end != std::string_view::npos) body.read(letter.substr(end));
  return body.high();
}

}  // namespace

LineFaults find_line_faults(std::string_view letter) {
  LineFaults found;
  found.bare_newline = has_bare_line_end(letter);
  std::size_t begin = 0;
  for (auto at = letter.find('\n'); at != std::string_view::npos; at = letter.find('\n', begin)) {
    found.long_line = found.long_line || at + 1 - begin > max_line_octets;
    begin = at + 1;
  }
  found.long_line = found.long_line || letter.size() - begin > max_line_octets;
  return found;
}

std::string_view check_letter(SessionContext& context, Transaction& transaction, LineFaults lines,
                              const OctetScan& octets) {
  const auto& leniency = context.options.leniency;
  transaction.envelope.bare_newlines = lines.bare_newline;
  transaction.envelope.nul_octets = octets.nul();
  const auto announced = transaction.announced_size;
  if (announced > 0 && transaction.letter.size() > announced) context.warn("a letter larger than its SIZE");
  if (transaction.binary) return {};
  if (lines.bare_newline) context.warn("a bare CR or LF in a letter");
  if (lines.long_line) context.warn("a line over 1000 octets in a letter");
  if (octets.nul()) context.warn("a NUL in a letter");
  if (has_octets_unannounced(transaction, octets)) context.warn("8-bit octets without BODY=8BITMIME");
  if (lines.bare_newline && !leniency.bare_newlines) return bare_newline_reply;
  return octets.nul() && !leniency.nul_octets ? nul_reply : std::string_view{};
}

}  // namespace gatepost::smtp::server
