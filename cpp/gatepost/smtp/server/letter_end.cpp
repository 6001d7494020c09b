// The whole letter is there: what becomes of it, and the reply; LMTP's reply for each recipient.
#include <algorithm>
#include <utility>

#include "gatepost/crypto/random.hpp"
#include "gatepost/smtp/server/reply_texts.hpp"
#include "gatepost/smtp/server/session_impl.hpp"

namespace gatepost::smtp {

std::string_view ServerSession::Impl::judge_letter(LineFaults lines, const OctetScan& octets) {
  mail.envelope.bare_newlines = lines.bare_newline;
  mail.envelope.nul_octets = octets.nul();
  if (mail.announced_size > 0 && letter.size() > mail.announced_size) warn("a letter larger than its SIZE");
  if (mail.binary) return {};
  if (lines.bare_newline) warn("a bare CR or LF in a letter");
  if (lines.long_line) warn("a line over 1000 octets in a letter");
  if (octets.nul()) warn("a NUL in a letter");
  if (has_octets_unannounced(octets)) warn("8-bit octets without BODY=8BITMIME");
  if (lines.bare_newline && !options.leniency.bare_newlines) return bare_newline_reply;
  return octets.nul() && !options.leniency.nul_octets ? nul_reply : std::string_view{};
}

/// SMTPUTF8 is for the header alone (RFC 6531 §3.6).
bool ServerSession::Impl::has_octets_unannounced(const OctetScan& octets) const {
  if (!octets.high() || mail.eight_bit) return false;
  if (!mail.envelope.smtp_utf8) return true;
  OctetScan body;
  const auto end = letter.find("\r\n\r\n");
  if (end != std::string::npos) body.read(std::string_view(letter).substr(end));
  return body.high();
}

/// `refusal`: the session's own, so that the handler is not asked; or "".
void ServerSession::Impl::end_letter(std::string_view refusal) {
  idle_commands = 0;
  if (keep_transcript) {
    const auto note = refusal == too_large_reply ? std::string("a letter over the limit, thrown away")
                                                 : std::to_string(letter.size()) + " bytes of letter";
    session_log.note(note);
    letter_log.note(note);
  }
  if (refusal.empty()) {
    deliver();
  } else {
    const auto count = options.lmtp ? mail.recipients : 1;
    for (std::size_t i = 0; i < count; ++i) reply(refusal, true);
  }
  reset_mail();
}

void ServerSession::Impl::deliver() {
  const bool wanted = !mail.envelope.rcpt_to.empty();
  const auto transcript = keep_transcript && wanted ? handshake_log + letter_log.text() : std::string();
  if (!options.lmtp) {
    Verdict verdict;
    if (wanted) verdict = handler.on_letter(peer, std::move(mail.envelope), std::move(letter), transcript);
    return answer_letter({&verdict, 1});
  }
  std::vector<Verdict> given;
  if (wanted) given = handler.on_lmtp_letter(peer, std::move(mail.envelope), std::move(letter), transcript);
  std::vector<Verdict> verdicts;
  auto next = given.begin();
  for (const bool kept : mail.kept) {
    if (!kept) {
      verdicts.emplace_back();
    } else if (next != given.end()) {
      verdicts.push_back(std::move(*next++));
    } else {
      verdicts.push_back({Verdict::Action::refuse, std::string(no_decision_reply), {}});
    }
  }
  answer_letter(verdicts);
}

void ServerSession::Impl::answer_letter(std::span<const Verdict> verdicts) {
  const auto is_later = [](const Verdict& verdict) { return verdict.action == Verdict::Action::later; };
  deciding = std::any_of(verdicts.begin(), verdicts.end(), is_later);
  if (deciding) {
    undecided.assign(verdicts.begin(), verdicts.end());
  } else {
    tell_verdicts(verdicts);
  }
}

void ServerSession::Impl::decide(const Verdict& verdict) {
  if (!deciding) return;
  deciding = false;
  auto verdicts = std::exchange(undecided, {});
  for (auto& other : verdicts) {
    if (other.action == Verdict::Action::later) other = verdict;
  }
  tell_verdicts(verdicts);
  serve_input();
  settle();
}

void ServerSession::Impl::tell_verdicts(std::span<const Verdict> verdicts) {
  std::string ordinary;
  bool closes = false;
  for (const auto& verdict : verdicts) hold(verdict.delay);
  for (const auto& verdict : verdicts) {
    const bool named = verdict.action == Verdict::Action::accept && !verdict.reply.empty();
    if (!named && ordinary.empty()) ordinary = "250 2.0.0 Ok: queued as " + crypto::random_token(10);
    const auto judged = judge(verdict, named ? "250" : std::string_view(ordinary));
    say(judged.text, !judged.accepted);
    closes = closes || judged.closes;
  }
  if (closes) close_when_said("closed by rule");
}

}  // namespace gatepost::smtp
