#include <algorithm>
#include <memory>
#include <utility>

#include "gatepost/core/utf8.hpp"
#include "gatepost/smtp/client/session_impl.hpp"
#include "gatepost/smtp/dot_encoder.hpp"
#include "gatepost/smtp/mailbox_syntax.hpp"

namespace gatepost::smtp {

using codes::Category;
using codes::Phase;
using codes::Scope;

namespace {

codes::Failure found_locally(Category category, Phase phase, Scope scope, std::string message) {
  auto failure = codes::local_failure(category, phase, std::move(message));
  failure.scope = scope;
  return failure;
}

/// Whether every CR has its LF, every LF its CR, and the last line its end: what BDAT must not mend.
bool has_canonical_lines(std::string_view data) {
  for (auto at = data.find('\r'); at != std::string_view::npos; at = data.find('\r', at + 1)) {
    if (at + 1 == data.size() || data[at + 1] != '\n') return false;
  }
  for (auto at = data.find('\n'); at != std::string_view::npos; at = data.find('\n', at + 1)) {
    if (at == 0 || data[at - 1] != '\r') return false;
  }
  return data.empty() || data.back() == '\n';
}

/// To the blank line; all of it where there is none.
std::string_view header_of(std::string_view data) {
  const auto blank = std::min(data.find("\r\n\r\n"), data.find("\n\n"));
  return data.substr(0, blank);
}

}  // namespace

// What can be known before a byte is written: syntax of addresses (the injection gate), size, and what the server
// offers.
void ClientSession::Impl::check(Transaction& t) const {
  if (std::exchange(t.checked, true)) return;
  const auto refuse_letter = [&](Category category, Phase phase, std::string message) {
    t.refuse_all(found_locally(category, phase, Scope::message, std::move(message)));
    t.done = true;
  };
  if (t.letter.data == nullptr)
    return refuse_letter(Category::message_malformed, Phase::local, "the letter has no data");

  const bool binary = t.letter.requests != nullptr && t.letter.requests->binary;
  if (const auto at = t.data().find('\0'); at != std::string_view::npos && !binary) {
    return refuse_letter(
        Category::message_malformed, Phase::local,
        "byte " + std::to_string(at) + " of the letter is a NUL, which only a letter sent as binary may hold");
  }
  const auto& from = t.letter.mail_from;
  const auto sender = from.empty() ? MailboxSyntax::ascii : check_mailbox(from);
  if (sender == MailboxSyntax::bad) {
    return refuse_letter(Category::message_malformed, Phase::local, "the sender's address cannot be sent");
  }
  if (sender != MailboxSyntax::ascii && !facts.smtp_utf8) {
    return refuse_letter(Category::feature_unsupported, Phase::mail,
                         "the sender's address is not ASCII and the server does not offer SMTPUTF8");
  }
  if (facts.max_message_bytes) t.size = binary ? t.data().size() : size_on_the_wire(t.data());
  if (facts.max_message_bytes.value_or(0) != 0 && t.size > *facts.max_message_bytes) {
    return refuse_letter(Category::message_too_large, Phase::mail,
                         "the letter has " + std::to_string(t.size) + " bytes, the server takes at most " +
                             std::to_string(*facts.max_message_bytes));
  }
  if (t.letter.requests != nullptr) {
    auto parameters = request_parameters(*t.letter.requests, extensions, facts.tls && facts.tls->verified,
                                         t.outcome.recipients.size());
    if (!parameters) {
      auto [category, why] = parameters.error();
      const auto phase = category == Category::message_malformed ? Phase::local : Phase::mail;
      return refuse_letter(category, phase, std::move(why));
    }
    if (!parameters->left_out.empty()) {
      t.transcript.note("left out, since the server does not offer it: " + parameters->left_out);
    }
    t.requested = std::make_unique<const RequestParameters>(*std::move(parameters));
  }
  // A letter whose lines need mending goes by DATA, whose encoder does it.
  t.chunked = binary || (options.chunking && extensions.chunking && has_canonical_lines(t.data()));

  t.smtp_utf8 = sender != MailboxSyntax::ascii;
  for (std::size_t i = 0; i < t.outcome.recipients.size(); ++i) {
    const auto recipient = check_mailbox(t.outcome.recipients[i].address);
    if (recipient == MailboxSyntax::bad) {
      t.refuse(i, found_locally(Category::recipient_syntax, Phase::local, Scope::recipient,
                                "the recipient's address cannot be sent"));
    } else if (recipient != MailboxSyntax::ascii && !facts.smtp_utf8) {
      t.refuse(i, found_locally(Category::feature_unsupported, Phase::rcpt, Scope::recipient,
                                "the address is not ASCII and the server does not offer SMTPUTF8"));
    } else if (recipient != MailboxSyntax::ascii) {
      t.smtp_utf8 = true;
    }
  }
  t.refuse_all_if_one_was();
  t.done = t.alive == 0;
  if (t.done) return;

  t.eight_bit = !is_ascii(t.data());
  if (!t.eight_bit) return;
  const auto header = header_of(t.data());
  const bool in_header = !is_ascii(header);
  if (!binary && !facts.eight_bit_mime) {
    return refuse_letter(Category::feature_unsupported, Phase::mail,
                         in_header ? "the letter's header has 8-bit bytes and the server does not offer 8BITMIME"
                                   : "the letter has 8-bit bytes and the server does not offer 8BITMIME: a 7-bit body "
                                     "would pass");
  }
  // A header in UTF-8 is an internationalised letter, whomever it is for (RFC 6531 §3.2). Other 8-bit bytes in it are
  // no letter's by any standard: they go as they always went.
  t.smtp_utf8 = t.smtp_utf8 || (in_header && facts.smtp_utf8 && find_invalid_utf8(header) == std::string_view::npos);
}

}  // namespace gatepost::smtp
