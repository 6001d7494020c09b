#include "gatepost/smtp/server/operations/start_tls.hpp"

#include <utility>

namespace gatepost::smtp::server {

Continuation StartTls::begin(std::string_view arguments, bool more_behind) {
  if (!arguments.empty()) {
    context_.error("501 5.5.4 Syntax: STARTTLS");
  } else if (!context_.options.offer_starttls) {
    context_.error("502 5.5.1 STARTTLS is not offered");
  } else if (context_.peer.tls) {
    context_.out_of_order("503 5.5.1 TLS is already active");
  } else if (more_behind) {
    // A command that came in the clear must not be taken for one that came through TLS (CVE-2011-0411 and its kin).
    constexpr std::string_view reason = "input behind STARTTLS before its reply";
    context_.warn(reason);
    context_.close_with("554 5.5.0 Commands behind STARTTLS are not accepted", reason);
  } else {
    context_.reply("220 2.0.0 Ready to start TLS");
    return Continuation::goes_on;
  }
  return Continuation::done;
}

void StartTls::established(TlsFacts facts) {
  if (context_.transcript.is_kept()) context_.transcript.note("TLS: " + facts.version + " " + facts.cipher);
  transaction_.reset();
  context_.forget_client();  // RFC 3207 §4.2: nothing learnt before TLS counts
  context_.peer.tls = std::move(facts);
}

// A command in a segment of its own behind STARTTLS is an injection that came late.
void StartTls::warn_of_plain_text() {
  context_.warn(context_.options.implicit_tls ? "plain text where TLS begins" : "plain text behind STARTTLS");
}

}  // namespace gatepost::smtp::server
