#include "gatepost/smtp/client/letter_plan.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "gatepost/core/line_ends.hpp"
#include "gatepost/core/utf8.hpp"
#include "gatepost/smtp/client/utf8_header.hpp"
#include "gatepost/smtp/dot_encoder.hpp"
#include "gatepost/smtp/mailbox_syntax.hpp"

namespace gatepost::smtp {

using codes::Category;
using codes::Failure;
using codes::Phase;
using codes::Scope;

namespace {

Failure found_locally(Category category, Phase phase, Scope scope, std::string message) {
  auto failure = codes::local_failure(category, phase, std::move(message));
  failure.scope = scope;
  return failure;
}

/// What BDAT must not mend: a bare line end, or a last line without its end.
bool has_canonical_lines(std::string_view data) {
  return !has_bare_line_end(data) && (data.empty() || data.back() == '\n');
}

/// Why nobody gets the letter.
std::optional<Failure> refuse_letter(Category category, Phase phase, std::string message) {
  return found_locally(category, phase, Scope::message, std::move(message));
}

/// What the letter is by itself, whatever the server.
std::optional<Failure> malformed(const LetterRecord& record, MailboxSyntax sender) {
  const auto& letter = record.letter;
  if (letter.data == nullptr) {
    return refuse_letter(Category::message_malformed, Phase::local, "the letter has no data");
  }
  if (const auto at = record.data().find('\0'); at != std::string_view::npos && !record.binary()) {
    return refuse_letter(
        Category::message_malformed, Phase::local,
        "byte " + std::to_string(at) + " of the letter is a NUL, which only a letter sent as binary may hold");
  }
  if (sender == MailboxSyntax::bad) {
    return refuse_letter(Category::message_malformed, Phase::local, "the sender's address is not a valid SMTP address");
  }
  return std::nullopt;
}

std::optional<Failure> too_large(std::size_t size, const SessionFacts& facts) {
  if (facts.max_message_bytes.value_or(0) == 0 || size <= *facts.max_message_bytes) return std::nullopt;
  return refuse_letter(Category::message_too_large, Phase::mail,
                       "the letter has " + std::to_string(size) + " bytes, the server takes at most " +
                           std::to_string(*facts.max_message_bytes));
}

std::optional<Failure> add_requests(LetterPlan& plan, LetterRecord& record, const SessionFacts& facts,
                                    const Extensions& offered) {
  if (record.letter.requests == nullptr) return std::nullopt;
  auto parameters = request_parameters(*record.letter.requests, offered, facts.tls && facts.tls->verified,
                                       record.outcome.recipients.size());
  if (!parameters) {
    auto [category, why] = parameters.error();
    const auto phase = category == Category::message_malformed ? Phase::local : Phase::mail;
    return refuse_letter(category, phase, std::move(why));
  }
  if (!parameters->left_out.empty()) {
    record.transcript.note("left out, since the server does not offer it: " + parameters->left_out);
  }
  plan.requested = std::make_unique<const RequestParameters>(*std::move(parameters));
  return std::nullopt;
}

void check_recipients(LetterPlan& plan, LetterRecord& record, const SessionFacts& facts) {
  for (std::size_t i = 0; i < record.outcome.recipients.size(); ++i) {
    const auto recipient = check_mailbox(record.outcome.recipients[i].address);
    if (recipient == MailboxSyntax::bad) {
      record.refuse(i, found_locally(Category::recipient_syntax, Phase::local, Scope::recipient,
                                     "the recipient's address is not a valid SMTP address"));
    } else if (recipient != MailboxSyntax::ascii && !facts.smtp_utf8) {
      record.refuse(i, found_locally(Category::feature_unsupported, Phase::rcpt, Scope::recipient,
                                     "the address is not ASCII and the server does not offer SMTPUTF8"));
    } else if (recipient != MailboxSyntax::ascii) {
      plan.smtp_utf8 = true;
    }
  }
  record.refuse_all_if_one_was();
}

std::optional<Failure> check_eight_bit(LetterPlan& plan, const LetterRecord& record, const SessionFacts& facts) {
  plan.eight_bit = !is_ascii(record.data());
  if (!plan.eight_bit) return std::nullopt;
  // A header in UTF-8 is an internationalised letter, whomever it is for (RFC 6531 §3.2). Other 8-bit bytes in it are
  // no letter's by any standard: they go as they always went.
  if (const auto field = find_utf8_field(record.data())) {
    if (!facts.smtp_utf8) {
      return refuse_letter(Category::feature_unsupported, Phase::mail,
                           "the letter's header has 8-bit bytes (UTF-8 in " + std::string(*field) +
                               ") and the server does not offer SMTPUTF8: an address that is not ASCII before its @ "
                               "needs a server that does, or a letter of its own; other words go as encoded-words");
    }
    plan.smtp_utf8 = true;
  }
  if (!record.binary() && !facts.eight_bit_mime) {
    return refuse_letter(Category::feature_unsupported, Phase::mail,
                         "the letter has 8-bit bytes and the server does not offer 8BITMIME: a 7-bit body would pass");
  }
  return std::nullopt;
}

/// Everything that speaks of the letter as a whole, in the order in which it is told.
std::optional<Failure> check(LetterPlan& plan, LetterRecord& record, const SessionFacts& facts,
                             const Extensions& offered, bool chunking) {
  const auto& from = record.letter.mail_from;
  const auto sender = from.empty() ? MailboxSyntax::ascii : check_mailbox(from);
  if (auto why = malformed(record, sender)) return why;
  if (sender != MailboxSyntax::ascii && !facts.smtp_utf8) {
    return refuse_letter(Category::feature_unsupported, Phase::mail,
                         "the sender's address is not ASCII and the server does not offer SMTPUTF8");
  }
  if (facts.max_message_bytes) plan.size = record.binary() ? record.data().size() : size_on_the_wire(record.data());
  if (auto why = too_large(plan.size, facts)) return why;
  if (auto why = add_requests(plan, record, facts, offered)) return why;
  // A letter whose lines need mending goes by DATA, whose encoder does it.
  plan.bdat = record.binary() || (chunking && offered.chunking && has_canonical_lines(record.data()));
  plan.smtp_utf8 = sender != MailboxSyntax::ascii;
  check_recipients(plan, record, facts);
  return record.alive == 0 ? std::nullopt : check_eight_bit(plan, record, facts);
}

}  // namespace

LetterPlan plan_letter(LetterRecord& record, const SessionFacts& facts, const Extensions& offered, bool chunking) {
  LetterPlan plan;
  if (const auto why = check(plan, record, facts, offered, chunking)) record.refuse_all(*why);
  record.done = record.alive == 0;
  return plan;
}

}  // namespace gatepost::smtp
