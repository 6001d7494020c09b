#include "gatepost/smtp/client/requests.hpp"

#include <algorithm>
#include <ctime>
#include <optional>
#include <utility>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/date_time.hpp"
#include "gatepost/smtp/client/original_recipient.hpp"
#include "gatepost/smtp/xtext.hpp"

namespace gatepost::smtp {
namespace {

using codes::Category;

constexpr std::size_t max_envelope_id = 100;           // RFC 3461 §4.4
constexpr std::int64_t max_seconds = 999'999'999;      // nine digits: RFC 2852 §4, RFC 4865 §4
constexpr std::time_t end_of_9999 = 253'402'300'800L;  // four digits of year: RFC 3339 §5.6

/// What may be asked at all, whatever the server offers: the gate against CR, LF, NUL and their kin.
std::optional<std::string> malformed_dsn(const LetterRequests& asked, std::size_t recipients) {
  const auto& id = asked.envelope_id;
  if (id.size() > max_envelope_id) return "the envelope id is longer than 100 bytes";
  if (!std::all_of(id.begin(), id.end(), is_printable)) return "the envelope id is not printable ASCII";
  if (const auto& n = asked.notify; n && n->never == (n->success || n->failure || n->delay)) {
    return "notify must be either never or at least one of success, failure and delay";
  }
  const auto& originals = asked.original_recipients;
  if (!originals.empty() && originals.size() != recipients) {
    return "there are " + std::to_string(originals.size()) + " original recipients for " + std::to_string(recipients) +
           " recipients";
  }
  for (const auto& original : originals) {
    if (!original.empty() && !is_original_recipient(original)) {
      return "an original recipient is not of the form \"rfc822;local@domain\"";
    }
  }
  return std::nullopt;
}

std::optional<std::string> malformed(const LetterRequests& asked, std::size_t recipients) {
  if (auto why = malformed_dsn(asked, recipients)) return why;
  if (asked.priority && (*asked.priority < -9 || *asked.priority > 9)) return "the priority must be from -9 to 9";
  if (const auto& by = asked.deliver_by) {
    const bool too_far = by->seconds > max_seconds || by->seconds < -max_seconds;
    if (too_far || (by->mode == DeliverBy::Mode::return_ && by->seconds <= 0)) {
      return "the time to deliver by is out of range";
    }
  }
  if (asked.hold_for && asked.hold_until) return "a letter can be held for a time or until a time, not both";
  if (asked.hold_for && (asked.hold_for->count() < 1 || asked.hold_for->count() > max_seconds)) {
    return "the time to hold the letter is out of range";
  }
  if (asked.hold_until) {
    const auto at = std::chrono::system_clock::to_time_t(*asked.hold_until);
    if (at < 0 || at >= end_of_9999) return "the time until which to hold the letter is out of range";
  }
  return std::nullopt;
}

/// What the letter must not go without.
std::optional<std::string> unsupported(const LetterRequests& asked, const Extensions& offered, bool verified_tls) {
  if (asked.require_tls) {
    if (!verified_tls)
      return "the letter asks for REQUIRETLS and this connection has no TLS with a verified certificate";
    if (!offered.require_tls) return "the server does not offer REQUIRETLS";
  }
  if (const auto& by = asked.deliver_by; by && by->mode == DeliverBy::Mode::return_) {
    if (!offered.deliver_by) return "the server does not offer DELIVERBY";
    if (static_cast<std::uint32_t>(by->seconds) < *offered.deliver_by) {
      return "the server delivers within " + std::to_string(*offered.deliver_by) + " seconds at best";
    }
  }
  if (asked.hold_for || asked.hold_until) {
    if (!offered.future_release) return "the server does not offer FUTURERELEASE";
    const auto& [most, latest] = *offered.future_release;
    if (asked.hold_for && most != 0 && asked.hold_for->count() > most) {
      return "the server holds letters for at most " + std::to_string(most) + " seconds";
    }
    // Comparable as text where both are in UTC.
    constexpr std::size_t to_seconds = 19;
    if (asked.hold_until && latest.size() > to_seconds && latest.back() == 'Z' &&
        write_date_time(*asked.hold_until).substr(0, to_seconds) > latest.substr(0, to_seconds)) {
      return "the server holds letters until " + latest + " at most";
    }
  }
  if (asked.binary && !(offered.chunking && offered.binary_mime)) {
    return "the server does not offer CHUNKING and BINARYMIME";
  }
  return std::nullopt;
}

bool asks_for_dsn(const LetterRequests& asked) {
  return asked.dsn_return != LetterRequests::Return::unspecified || !asked.envelope_id.empty() || asked.notify ||
         !asked.original_recipients.empty();
}

void add_dsn(RequestParameters& to, const LetterRequests& asked) {
  if (asked.dsn_return != LetterRequests::Return::unspecified) {
    to.mail += asked.dsn_return == LetterRequests::Return::full ? " RET=FULL" : " RET=HDRS";
  }
  if (!asked.envelope_id.empty()) to.mail += " ENVID=" + encode_xtext(asked.envelope_id);
  if (asked.notify) {
    std::string when = asked.notify->never ? ",NEVER" : "";
    if (asked.notify->success) when += ",SUCCESS";
    if (asked.notify->failure) when += ",FAILURE";
    if (asked.notify->delay) when += ",DELAY";
    to.rcpt = " NOTIFY=" + when.substr(1);
  }
  to.original_recipients = !asked.original_recipients.empty();
}

void add_deliver_by(std::string& mail, const DeliverBy& by) {
  mail += " BY=" + std::to_string(by.seconds) + (by.mode == DeliverBy::Mode::return_ ? ";R" : ";N");
  if (by.trace) mail += 'T';
}

}  // namespace

Result<RequestParameters, RequestRefusal> request_parameters(const LetterRequests& requests, const Extensions& offered,
                                                             bool verified_tls, std::size_t recipients) {
  if (auto why = malformed(requests, recipients)) return RequestRefusal{Category::message_malformed, std::move(*why)};
  if (auto why = unsupported(requests, offered, verified_tls)) {
    return RequestRefusal{Category::feature_unsupported, std::move(*why)};
  }
  RequestParameters to;
  const auto leave_out = [&to](std::string_view name) {
    if (!to.left_out.empty()) to.left_out += ", ";
    to.left_out += name;
  };
  if (asks_for_dsn(requests)) offered.dsn ? add_dsn(to, requests) : leave_out("DSN");
  if (requests.require_tls) to.mail += " REQUIRETLS";
  if (requests.priority) {
    if (offered.mt_priority) {
      to.mail += " MT-PRIORITY=" + std::to_string(*requests.priority);
    } else {
      leave_out("MT-PRIORITY");
    }
  }
  if (requests.deliver_by) {
    offered.deliver_by ? add_deliver_by(to.mail, *requests.deliver_by) : leave_out("DELIVERBY");
  }
  if (requests.hold_for) to.mail += " HOLDFOR=" + std::to_string(requests.hold_for->count());
  if (requests.hold_until) to.mail += " HOLDUNTIL=" + write_date_time(*requests.hold_until);
  return to;
}

}  // namespace gatepost::smtp
