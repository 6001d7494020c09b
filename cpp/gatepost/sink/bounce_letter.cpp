#include "gatepost/sink/bounce_letter.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "gatepost/codes/reply.hpp"
#include "gatepost/core/ascii.hpp"
#include "gatepost/crypto/random.hpp"

namespace gatepost::sink {

namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string date_of(TimePoint now) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} +0000", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
}

/// The value of a parameter such as "ORCPT=rfc822;a@b", or nullopt.
std::optional<std::string_view> parameter(const std::vector<std::string>& parameters, std::string_view name) {
  for (const std::string_view parameter : parameters) {
    if (parameter.size() > name.size() && parameter[name.size()] == '=' &&
        equal_ignoring_case(parameter.substr(0, name.size()), name)) {
      return parameter.substr(name.size() + 1);
    }
  }
  return std::nullopt;
}

std::optional<std::string_view> recipient_parameter(const StoredLetter& letter, const std::string& recipient,
                                                    std::string_view name) {
  const auto& recipients = letter.envelope.rcpt_to;
  const auto at =
      static_cast<std::size_t>(std::find(recipients.begin(), recipients.end(), recipient) - recipients.begin());
  if (at >= letter.envelope.rcpt_params.size()) return std::nullopt;
  return parameter(letter.envelope.rcpt_params[at], name);
}

std::string typed(std::string_view address) {
  return (is_ascii(address) ? "rfc822; " : "utf-8; ") + std::string(address);
}

/// "5.1.1", or what stands for the code alone.
std::string status_of(std::string_view reply) {
  const auto words = reply.substr(std::min<std::size_t>(4, reply.size()));
  if (codes::parse_enhanced(words)) return std::string(words.substr(0, words.find(' ')));
  return std::string(1, reply[0]) + ".0.0";
}

std::string on_one_line(std::string reply) {
  std::replace(reply.begin(), reply.end(), '\n', ' ');
  return reply;
}

std::string status_part(const StoredLetter& letter, const std::vector<Undelivered>& undelivered,
                        const std::string& host, TimePoint now) {
  auto text = fmt::format("Reporting-MTA: dns; {}\r\n", host);
  if (const auto id = parameter(letter.envelope.mail_params, "ENVID")) {
    text += fmt::format("Original-Envelope-Id: {}\r\n", *id);
  }
  text += fmt::format("Arrival-Date: {}\r\n", date_of(letter.received));
  for (const auto& [recipient, reply] : undelivered) {
    text += "\r\n";
    if (const auto original = recipient_parameter(letter, recipient, "ORCPT")) {
      text += fmt::format("Original-Recipient: {}\r\n", *original);
    }
    text += fmt::format(
        "Final-Recipient: {}\r\nAction: failed\r\nStatus: {}\r\nRemote-MTA: dns; {}\r\nDiagnostic-Code: smtp; {}\r\n"
        "Last-Attempt-Date: {}\r\n",
        typed(recipient), status_of(reply), host, on_one_line(reply), date_of(now));
  }
  return text;
}

std::string words(const std::vector<Undelivered>& undelivered, const std::string& host) {
  auto text = fmt::format("This is the mail system at {}.\r\n\r\nYour message could not be delivered.\r\n", host);
  for (const auto& [recipient, reply] : undelivered) {
    text += fmt::format("\r\n<{}>: {}\r\n", recipient, on_one_line(reply));
  }
  return text;
}

std::string returned(const StoredLetter& letter) {
  const auto ret = parameter(letter.envelope.mail_params, "RET");
  if (ret && equal_ignoring_case(*ret, "FULL")) return letter.raw;
  const auto end = letter.raw.find("\r\n\r\n");
  return letter.raw.substr(0, end == std::string::npos ? letter.raw.size() : end + 2);
}

}  // namespace

bool wants_bounce(const StoredLetter& letter, const std::string& recipient) {
  if (letter.envelope.mail_from.empty()) return false;
  const auto notify = recipient_parameter(letter, recipient, "NOTIFY");
  return !notify || lower(*notify).find("failure") != std::string::npos;
}

std::string bounce_letter(const StoredLetter& letter, const std::vector<Undelivered>& undelivered,
                          const std::string& host, TimePoint now) {
  const auto boundary = crypto::random_token(24);
  const auto returns = returned(letter);
  const bool full = returns.size() == letter.raw.size() && returns.find("\r\n\r\n") != std::string::npos;
  const bool utf8 = letter.envelope.smtp_utf8;
  const auto status_type = utf8 ? "message/global-delivery-status" : "message/delivery-status";
  const auto* const letter_type =
      full ? (utf8 ? "message/global" : "message/rfc822") : (utf8 ? "message/global-headers" : "text/rfc822-headers");
  const auto* const encoding = is_ascii(returns) ? "7bit" : "8bit";
  return fmt::format(
      "From: Mail Delivery System <MAILER-DAEMON@{host}>\r\nTo: <{to}>\r\n"
      "Subject: Undelivered Mail Returned to Sender\r\nDate: {date}\r\nMessage-ID: <{id}@{host}>\r\n"
      "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
      "Content-Type: multipart/report; report-type=delivery-status; boundary=\"{boundary}\"\r\n\r\n"
      "--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{words}"
      "\r\n--{boundary}\r\nContent-Type: {status_type}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{status}"
      "\r\n--{boundary}\r\nContent-Type: {letter_type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{letter}"
      "\r\n--{boundary}--\r\n",
      fmt::arg("host", host), fmt::arg("to", letter.envelope.mail_from), fmt::arg("date", date_of(now)),
      fmt::arg("id", crypto::random_token(16)), fmt::arg("boundary", boundary),
      fmt::arg("words", words(undelivered, host)), fmt::arg("status_type", status_type),
      fmt::arg("status", status_part(letter, undelivered, host, now)), fmt::arg("letter_type", letter_type),
      fmt::arg("encoding", encoding), fmt::arg("letter", returns));
}

}  // namespace gatepost::sink
