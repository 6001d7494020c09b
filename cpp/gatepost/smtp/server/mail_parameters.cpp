#include "gatepost/smtp/server/mail_parameters.hpp"

#include <charconv>
#include <utility>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/date_time.hpp"
#include "gatepost/core/utf8.hpp"
#include "gatepost/smtp/server/parameter_list.hpp"
#include "gatepost/smtp/server/reply_texts.hpp"
#include "gatepost/smtp/xtext.hpp"

namespace gatepost::smtp {
namespace {

constexpr std::size_t max_envelope_id = 100;         // RFC 3461 §4.4
constexpr std::size_t max_original_recipient = 500;  // RFC 3461 §4.2
constexpr std::size_t interval_digits = 9;           // RFC 2852 §4, RFC 4865 §4
constexpr std::string_view good;

bool is_xtext(std::string_view text) { return decode_xtext(text).has_value(); }

/// Reads one MAIL after the other parameter; each check gives its reply, `good` for none.
class MailReader {
 public:
  MailReader(const ServerOptions& options, bool tls) : options_(options), offered_(options.extensions), tls_(tls) {}

  std::string_view take(const Parameter& parameter) {
    const auto value = parameter.value.value_or("");
    const auto is = [&](std::string_view name) { return equal_ignoring_case(parameter.name, name); };
    if (is("SMTPUTF8") && offered_.smtp_utf8) {
      found_.smtp_utf8 = true;
      return parameter.value ? "501 5.5.4 SMTPUTF8 takes no value" : good;
    }
    if (is("REQUIRETLS") && offered_.require_tls && tls_) {
      return parameter.value ? "501 5.5.4 REQUIRETLS takes no value" : good;
    }
    if (is("SIZE") && offered_.size) return take_size(value);
    if (is("BODY") && offered_.eight_bit_mime) return take_body(value);
    if (is("AUTH") && !options_.mechanisms.empty())
      return !value.empty() && is_xtext(value) ? good : "501 5.5.4 Bad AUTH";
    if (is("RET") && offered_.dsn) {
      return equal_ignoring_case(value, "FULL") || equal_ignoring_case(value, "HDRS") ? good : "501 5.5.4 Bad RET";
    }
    if (is("ENVID") && offered_.dsn) {
      return parameter.value && value.size() <= max_envelope_id && is_xtext(value) ? good : "501 5.5.4 Bad ENVID";
    }
    if (is("MT-PRIORITY") && offered_.mt_priority) return check_priority(value);
    if (is("BY") && offered_.deliver_by) return check_deliver_by(value);
    if (is("HOLDFOR") && offered_.future_release) return check_hold_for(value);
    if (is("HOLDUNTIL") && offered_.future_release) return check_hold_until(value);
    return unknown_parameter_reply;
  }

  MailParameters& found() { return found_; }

 private:
  std::string_view take_size(std::string_view value) {
    const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), found_.size);
    if (fault == std::errc::result_out_of_range) return too_large_reply;
    if (fault != std::errc{} || end != value.data() + value.size()) return "501 5.5.4 Bad SIZE";
    return found_.size > options_.limits.message_bytes ? too_large_reply : good;
  }

  std::string_view take_body(std::string_view value) {
    if (equal_ignoring_case(value, "7BIT")) return good;
    found_.eight_bit = true;
    if (equal_ignoring_case(value, "8BITMIME")) return good;
    found_.binary = equal_ignoring_case(value, "BINARYMIME") && offered_.chunking && offered_.binary_mime;
    return found_.binary ? good : "501 5.5.4 Bad BODY";
  }

  static std::string_view check_priority(std::string_view value) {  // RFC 6710 §4.1: -9 to 9
    if (value.starts_with('-')) value.remove_prefix(value == "-0" ? 0 : 1);
    return read_number(value, 1) ? good : "501 5.5.4 Bad MT-PRIORITY";
  }

  static std::string_view check_deliver_by(std::string_view value) {  // RFC 2852 §4
    constexpr std::string_view bad = "501 5.5.4 Bad BY";
    const auto semicolon = value.find(';');
    if (semicolon == std::string_view::npos) return bad;
    auto time = value.substr(0, semicolon);
    auto mode = value.substr(semicolon + 1);
    const bool negative = time.starts_with('-');
    if (negative || time.starts_with('+')) time.remove_prefix(1);
    const auto seconds = read_number(time, interval_digits);
    if (mode.size() == 2 && (mode[1] == 'T' || mode[1] == 't')) mode.remove_suffix(1);
    const bool returned = equal_ignoring_case(mode, "R");
    if (!seconds || (!returned && !equal_ignoring_case(mode, "N"))) return bad;
    return returned && (negative || *seconds == 0) ? "501 5.5.4 BY with R needs time to deliver" : good;
  }

  std::string_view check_hold_for(std::string_view value) {
    const auto seconds = read_number(value, interval_digits);
    if (!seconds) return "501 5.5.4 Bad HOLDFOR";
    return check_hold(std::chrono::seconds(*seconds));
  }

  std::string_view check_hold_until(std::string_view value) {
    const auto time = read_date_time(value);
    if (!time) return "501 5.5.4 Bad HOLDUNTIL";
    return check_hold(std::chrono::ceil<std::chrono::seconds>(*time - options_.now()));
  }

  std::string_view check_hold(std::chrono::seconds time) {
    if (std::exchange(held_, true)) return "501 5.5.4 HOLDFOR and HOLDUNTIL exclude each other";
    return time > *offered_.future_release ? "501 5.5.4 The release is too far away" : good;
  }

  const ServerOptions& options_;
  const ServerExtensions& offered_;
  bool tls_;
  bool held_ = false;
  MailParameters found_;
};

std::string_view check_notify(std::string_view value) {
  constexpr std::string_view bad = "501 5.5.4 Bad NOTIFY";
  if (equal_ignoring_case(value, "NEVER")) return good;
  unsigned seen = 0;
  std::optional<std::string_view> list(value);
  while (const auto item = take_item(list)) {
    const unsigned bit = equal_ignoring_case(*item, "SUCCESS")   ? 1U
                         : equal_ignoring_case(*item, "FAILURE") ? 2U
                         : equal_ignoring_case(*item, "DELAY")   ? 4U
                                                                 : 0U;
    if (bit == 0 || (seen & bit) != 0) return bad;
    seen |= bit;
  }
  return good;
}

std::string_view check_original_recipient(std::string_view value, bool utf8) {
  constexpr std::string_view bad = "501 5.5.4 Bad ORCPT";
  const auto semicolon = value.find(';');
  if (semicolon == 0 || semicolon == std::string_view::npos || value.size() > max_original_recipient) return bad;
  const auto type = value.substr(0, semicolon);
  const auto address = value.substr(semicolon + 1);
  if (address.empty() || !is_ascii(type) || type.find_first_of("()<>@,:\\\"/[]?.+") != std::string_view::npos)
    return bad;
  // utf-8-addr-unitext and utf-8-addr-xtext: their own escape, "\x{2014}".
  if (equal_ignoring_case(type, "utf-8")) {
    return find_invalid_utf8(address) == std::string_view::npos && (utf8 || is_ascii(address)) ? good : bad;
  }
  return is_xtext(address) ? good : bad;
}

}  // namespace

Result<MailParameters, std::string_view> read_mail_parameters(const std::vector<std::string_view>& parameters,
                                                              const ServerOptions& options, bool tls) {
  const auto list = split_parameters(parameters);
  if (!list) return list.error();
  MailReader reader(options, tls);
  for (const auto& parameter : *list) {
    const auto problem = reader.take(parameter);
    if (problem == unknown_parameter_reply && options.leniency.unknown_parameters) {
      reader.found().unknown = true;
    } else if (!problem.empty()) {
      return problem;
    }
  }
  return reader.found();
}

Result<RcptParameters, std::string_view> read_rcpt_parameters(const std::vector<std::string_view>& parameters,
                                                              const ServerOptions& options, bool utf8) {
  const auto list = split_parameters(parameters);
  if (!list) return list.error();
  RcptParameters found;
  for (const auto& [name, value] : *list) {
    std::string_view problem = unknown_parameter_reply;
    const auto text = value.value_or("");
    if (options.extensions.dsn && equal_ignoring_case(name, "NOTIFY")) problem = check_notify(text);
    if (options.extensions.dsn && equal_ignoring_case(name, "ORCPT")) problem = check_original_recipient(text, utf8);
    if (problem == unknown_parameter_reply && options.leniency.unknown_parameters) {
      found.unknown = true;
    } else if (!problem.empty()) {
      return problem;
    }
  }
  return found;
}

}  // namespace gatepost::smtp
