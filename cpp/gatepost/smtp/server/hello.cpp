// EHLO, HELO, LHLO and what is announced; STARTTLS.
#include <utility>

#include "gatepost/smtp/mailbox_syntax.hpp"
#include "gatepost/smtp/server/date_time.hpp"
#include "gatepost/smtp/server/session_impl.hpp"

namespace gatepost::smtp {

namespace {

std::string limits_line(const ServerLimits& limits) {
  std::string line = "\nLIMITS RCPTMAX=" + std::to_string(limits.recipients);
  if (limits.letters > 0) line += " MAILMAX=" + std::to_string(limits.letters);
  if (limits.recipient_domains > 0) line += " RCPTDOMAINMAX=" + std::to_string(limits.recipient_domains);
  return line;
}

}  // namespace

void ServerSession::Impl::on_hello(std::string_view name, Verb verb) {
  const std::string word(to_string(verb));
  if (options.lmtp != (verb == Verb::lhlo)) {
    warn("a greeting of another protocol");
    return error(options.lmtp ? "500 5.5.1 This is LMTP: send LHLO" : "500 5.5.1 This is SMTP: send EHLO");
  }
  if (!is_helo_name(name)) {
    warn(word + " with a name that is none");
    if (!options.leniency.bad_helo) return error("501 5.5.4 Syntax: " + word + " hostname");
  }
  reset_mail();
  const bool esmtp = verb != Verb::helo;
  std::string ordinary = "250 " + options.host_name;
  if (esmtp) ordinary += announcement();
  if (!answer(handler.on_ehlo(peer, name), ordinary)) return;
  peer.helo = name;
  peer.esmtp = esmtp;
  said_hello = true;
}

std::string ServerSession::Impl::announcement() const {
  const auto& offered = options.extensions;
  std::string lines;
  const auto add = [&](bool wanted, std::string_view line) {
    if (wanted) lines.append("\n").append(line);
  };
  add(offered.pipelining, "PIPELINING");
  add(offered.size, "SIZE " + std::to_string(options.limits.message_bytes));
  add(options.offer_starttls && !peer.tls, "STARTTLS");
  if (const auto mechanisms = served_mechanisms(); !mechanisms.empty()) {
    lines += "\nAUTH";
    for (const auto& mechanism : mechanisms) lines.append(" ").append(mechanism);
  }
  add(offered.eight_bit_mime, "8BITMIME");
  add(offered.smtp_utf8, "SMTPUTF8");
  add(offered.enhanced_status_codes, "ENHANCEDSTATUSCODES");
  add(offered.dsn, "DSN");
  add(offered.chunking, "CHUNKING");
  add(offered.chunking && offered.binary_mime, "BINARYMIME");
  add(offered.require_tls && peer.tls, "REQUIRETLS");
  if (offered.limits) lines += limits_line(options.limits);
  add(offered.mt_priority, "MT-PRIORITY");
  add(offered.deliver_by, "DELIVERBY");
  if (offered.future_release) {
    const auto seconds = *offered.future_release;
    add(true, "FUTURERELEASE " + std::to_string(seconds.count()) + " " + write_date_time(now(options) + seconds));
  }
  add(offered.etrn, "ETRN");
  add(offered.vrfy, "VRFY");
  add(offered.vrfy, "EXPN");
  add(peer.may_xclient, "XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT REVERSE_NAME");
  add(offered.help, "HELP");
  return lines;
}

void ServerSession::Impl::on_starttls(std::string_view arguments) {
  if (!arguments.empty()) return error("501 5.5.4 Syntax: STARTTLS");
  if (!options.offer_starttls) return error("502 5.5.1 STARTTLS is not offered");
  if (peer.tls) return out_of_order("503 5.5.1 TLS is already active");
  // A command that came in the clear must not be taken for one that came through TLS (CVE-2011-0411 and its kin).
  if (more_behind) {
    warn("input behind STARTTLS before its reply");
    return close_with("554 5.5.0 Commands behind STARTTLS are not accepted", "input behind STARTTLS before its reply");
  }
  reply("220 2.0.0 Ready to start TLS");
  tls_wanted = true;
}

}  // namespace gatepost::smtp
