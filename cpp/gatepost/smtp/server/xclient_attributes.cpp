#include "gatepost/smtp/server/xclient_attributes.hpp"

#include <charconv>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/text_gate.hpp"
#include "gatepost/smtp/ip_address.hpp"
#include "gatepost/smtp/server/command_parser.hpp"
#include "gatepost/smtp/xtext.hpp"

namespace gatepost::smtp::server {

namespace {

constexpr std::string_view syntax = "501 5.5.4 Syntax: XCLIENT attribute=value ...";

bool is_unavailable(std::string_view value) {
  return equal_ignoring_case(value, "[UNAVAILABLE]") || equal_ignoring_case(value, "[TEMPUNAVAIL]");
}

std::optional<std::string> read_address(std::string_view value) {
  if (equal_ignoring_case(value.substr(0, 5), "IPV6:")) value.remove_prefix(5);
  return canonical_ip(value);
}

std::optional<std::uint16_t> read_port(std::string_view value) {
  std::uint16_t port = 0;
  const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), port);
  if (value.empty() || fault != std::errc{} || end != value.data() + value.size()) return std::nullopt;
  return port;
}

/// The reply to a bad attribute; "" for a good one.
std::string_view take_attribute(std::string_view attribute, XclientAttributes& named) {
  const auto equals = attribute.find('=');
  if (equals == std::string_view::npos) return syntax;
  const auto name = attribute.substr(0, equals);
  const auto decoded = decode_xtext(attribute.substr(equals + 1));
  if (!decoded || check_line("value", *decoded)) return "501 5.5.4 Bad attribute value";
  const bool unavailable = is_unavailable(*decoded);
  const auto value = unavailable ? std::string() : *decoded;
  const auto is = [&](std::string_view known) { return equal_ignoring_case(name, known); };

  if (is("ADDR")) {
    named.address = unavailable ? "unknown" : read_address(value);
    return named.address ? "" : "501 5.5.4 Bad ADDR";
  }
  if (is("PORT")) {
    named.port = unavailable ? std::uint16_t{0} : read_port(value);
    return named.port ? "" : "501 5.5.4 Bad PORT";
  }
  if (is("PROTO")) {
    named.esmtp = equal_ignoring_case(value, "ESMTP");
    return named.esmtp || equal_ignoring_case(value, "SMTP") ? "" : "501 5.5.4 Bad PROTO";
  }
  if (is("HELO")) {
    named.helo = value;
    return "";
  }
  if (is("LOGIN")) {
    named.login = value;
    return "";
  }
  const bool heeded_by_nobody = is("NAME") || is("REVERSE_NAME") || is("DESTADDR") || is("DESTPORT");
  return heeded_by_nobody ? "" : "501 5.5.4 Unsupported attribute";
}

}  // namespace

Result<XclientAttributes, std::string_view> read_xclient_attributes(std::string_view arguments) {
  if (arguments.empty()) return syntax;
  XclientAttributes named;
  while (!arguments.empty()) {
    const auto problem = take_attribute(take_word(arguments), named);
    if (!problem.empty()) return problem;
  }
  return named;
}

}  // namespace gatepost::smtp::server
