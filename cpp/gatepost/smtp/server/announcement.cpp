#include "gatepost/smtp/server/announcement.hpp"

#include <algorithm>
#include <string_view>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/date_time.hpp"
#include "gatepost/smtp/server/served_mechanisms.hpp"

namespace gatepost::smtp::server {

namespace {

std::string limits_line(const ServerLimits& limits) {
  std::string line = "LIMITS RCPTMAX=" + std::to_string(limits.recipients);
  if (limits.letters > 0) line += " MAILMAX=" + std::to_string(limits.letters);
  if (limits.recipient_domains > 0) line += " RCPTDOMAINMAX=" + std::to_string(limits.recipient_domains);
  return line;
}

std::string auth_line(const SessionContext& context) {
  std::string line = "AUTH";
  for (const auto& mechanism : served_mechanisms(context)) line.append(" ").append(mechanism);
  return line;
}

bool names_one_of(std::string_view line, const std::vector<std::string>& keywords) {
  const auto keyword = line.substr(0, line.find(' '));
  return std::any_of(keywords.begin(), keywords.end(),
                     [&](const std::string& other) { return equal_ignoring_case(keyword, other); });
}

}  // namespace

std::string announcement(const SessionContext& context, const std::vector<std::string>& hidden) {
  const auto& options = context.options;
  const auto& peer = context.peer;
  const auto& offered = options.extensions;
  std::string lines;
  const auto add = [&](bool wanted, std::string_view line) {
    if (wanted && !names_one_of(line, hidden)) lines.append("\n").append(line);
  };
  add(offered.pipelining, "PIPELINING");
  add(offered.size, "SIZE " + std::to_string(options.limits.message_bytes));
  add(options.offer_starttls && !peer.tls, "STARTTLS");
  add(!served_mechanisms(context).empty(), auth_line(context));
  add(offered.eight_bit_mime, "8BITMIME");
  add(offered.smtp_utf8, "SMTPUTF8");
  add(offered.enhanced_status_codes, "ENHANCEDSTATUSCODES");
  add(offered.dsn, "DSN");
  add(offered.chunking, "CHUNKING");
  add(offered.chunking && offered.binary_mime, "BINARYMIME");
  add(offered.require_tls && peer.tls, "REQUIRETLS");
  add(offered.limits, limits_line(options.limits));
  add(offered.mt_priority, "MT-PRIORITY");
  add(offered.deliver_by, "DELIVERBY");
  if (offered.future_release) {
    const auto seconds = *offered.future_release;
    add(true, "FUTURERELEASE " + std::to_string(seconds.count()) + " " + write_date_time(options.now() + seconds));
  }
  add(offered.etrn, "ETRN");
  add(offered.vrfy, "VRFY");
  add(offered.vrfy, "EXPN");
  add(peer.may_xclient, "XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT REVERSE_NAME");
  add(offered.help, "HELP");
  return lines;
}

}  // namespace gatepost::smtp::server
