#include "gatepost/smtp/client/xclient.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/text_gate.hpp"
#include "gatepost/smtp/xtext.hpp"

namespace gatepost::smtp {

using codes::Category;
using codes::Phase;

namespace {

constexpr std::size_t max_line = 510;
constexpr std::string_view unknown = "[UNAVAILABLE]";

bool is_attribute_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), is_upper);
}

/// As Postfix's XCLIENT_README asks: xtext, IPv6 addresses behind "IPV6:".
std::string wire_value(std::string_view name, const std::string& value) {
  if (value.empty()) return std::string(unknown);
  const bool bare_ipv6 = (name == "ADDR" || name == "DESTADDR") && value.find(':') != std::string::npos &&
                         value.find_first_not_of("0123456789abcdefABCDEF:.") == std::string::npos;
  return (bare_ipv6 ? "IPV6:" : "") + encode_xtext(value);
}

}  // namespace

Step Xclient::begin() {
  begun_ = true;
  const auto& offered = context_.extensions.xclient;
  if (!offered) {
    return give_up(Category::feature_unsupported, Phase::ehlo,
                   "the server does not offer XCLIENT, at least not to this client");
  }
  std::string line = "XCLIENT";
  for (const auto& [name, value] : context_.options.xclient) {
    if (!is_attribute_name(name)) {
      return give_up(Category::protocol_error, Phase::ehlo,
                     "not the name of an XCLIENT attribute: " + quoted_for_message(name));
    }
    if (const auto bad = check_line("XCLIENT " + name, value)) {
      return give_up(Category::protocol_error, Phase::ehlo, bad->message());
    }
    if (std::find(offered->begin(), offered->end(), name) == offered->end()) {
      return give_up(Category::feature_unsupported, Phase::ehlo, "the server's XCLIENT does not accept " + name);
    }
    line.append(" ").append(name).append("=").append(wire_value(name, value));
  }
  if (line.size() > max_line) {
    return give_up(Category::protocol_error, Phase::ehlo, "the XCLIENT attributes are too long for a command line");
  }
  context_.send(line, {.from = this, .phase = Phase::ehlo, .waited = &context_.facts.timings.ehlo});
  return Progress::more;
}

Step Xclient::on_reply(const Expected& /*to*/) {
  const auto& reply = context_.reply;
  if (reply.refuses()) return give_up(reply.refusal(Phase::ehlo));
  if (reply.code() != 220) return Ending{reply.unexpected("not a valid reply to XCLIENT")};
  context_.facts.greeting = reply.reply().text();
  return Progress::done;
}

}  // namespace gatepost::smtp
