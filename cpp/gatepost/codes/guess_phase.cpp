#include <algorithm>
#include <array>

#include "gatepost/codes/failure.hpp"
#include "gatepost/codes/normalise.hpp"

namespace gatepost::codes {
namespace {

struct Clue {
  std::string_view words;
  Phase phase;
};

/// Notes that mail servers add to the reply they report.
constexpr std::array<Clue, 13> notes = {{{"end of data", Phase::final_},
                                         {"in reply to data", Phase::data},
                                         {"in reply to rcpt", Phase::rcpt},
                                         {"after rcpt to", Phase::rcpt},
                                         {"in reply to mail from", Phase::mail},
                                         {"after mail from", Phase::mail},
                                         {"in reply to auth", Phase::auth},
                                         {"in reply to ehlo", Phase::ehlo},
                                         {"in reply to helo", Phase::ehlo},
                                         {"initial connection", Phase::greeting},
                                         {"refused to talk to me", Phase::greeting},
                                         {" helo command", Phase::ehlo},
                                         {" tls handshake", Phase::tls}}};

/// Words that belong to one phase, the surest first.
constexpr std::array<Clue, 38> words = {{{" dmarc", Phase::final_},
                                         {" dkim", Phase::final_},
                                         {" spf ", Phase::final_},
                                         {" starttls", Phase::mail},
                                         {" recipient", Phase::rcpt},
                                         {" rcpt", Phase::rcpt},
                                         {" mailbox", Phase::rcpt},
                                         {" addressee", Phase::rcpt},
                                         {" destinataire", Phase::rcpt},
                                         {" получател", Phase::rcpt},
                                         {" ящик", Phase::rcpt},
                                         {" sender", Phase::mail},
                                         {" mail from", Phase::mail},
                                         {" emetteur", Phase::mail},
                                         {" отправител", Phase::mail},
                                         {" username", Phase::auth},
                                         {" password", Phase::auth},
                                         {" credentials", Phase::auth},
                                         {" login", Phase::auth},
                                         {" authenticat", Phase::auth},
                                         {" парол", Phase::auth},
                                         {" логин", Phase::auth},
                                         {" user", Phase::rcpt},
                                         {" account", Phase::rcpt},
                                         {" пользовател", Phase::rcpt},
                                         {" name service", Phase::dns},
                                         {" dns ", Phase::dns},
                                         {" connect to ", Phase::connect},
                                         {" connection timed out", Phase::connect},
                                         {" connection refused", Phase::connect},
                                         {" requests to connect", Phase::connect},
                                         {" header", Phase::final_},
                                         {" spam", Phase::final_},
                                         {" virus", Phase::final_},
                                         {" attachment", Phase::final_},
                                         {" content", Phase::final_},
                                         {" helo", Phase::ehlo},
                                         {" письм", Phase::final_}}};

std::optional<Phase> by_enhanced(const EnhancedCode& enhanced) {
  if (enhanced.subject == 1 && (enhanced.detail == 7 || enhanced.detail == 8)) return Phase::mail;
  if (enhanced.subject == 1 || enhanced.subject == 2) return Phase::rcpt;
  if (enhanced.subject == 6) return Phase::final_;
  return std::nullopt;
}

Phase by_code(int code) {
  if (code == 421 || (code >= 200 && code < 300)) return Phase::greeting;
  if (code == 0) return Phase::bounce;
  if (code == 450 || code == 550 || code == 551 || code == 552 || code == 553) return Phase::rcpt;
  return Phase::final_;
}

}  // namespace

Phase guess_phase(const Reply& reply) {
  const std::string text = normalise(reply.text());
  auto found = [&](const Clue& clue) { return text.find(clue.words) != std::string::npos; };
  if (const auto note = std::find_if(notes.begin(), notes.end(), found); note != notes.end()) return note->phase;
  if (reply.code >= 600) return Phase::final_;
  if (reply.code == 534 || reply.code == 535 || reply.code == 538) return Phase::auth;
  if (reply.code == 530) return Phase::mail;
  if (reply.enhanced && reply.enhanced->klass != 6) {
    if (const auto phase = by_enhanced(*reply.enhanced)) return *phase;
  }
  // Requirement R7: "553 Domain not found" speaks of the sender's domain where nothing says otherwise.
  if (reply.code == 553 && !reply.enhanced && text == " domain not found ") return Phase::mail;
  if (const auto word = std::find_if(words.begin(), words.end(), found); word != words.end()) return word->phase;
  return by_code(reply.code);
}

}  // namespace gatepost::codes
