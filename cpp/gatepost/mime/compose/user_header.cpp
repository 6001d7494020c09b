#include "gatepost/mime/compose/user_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/text_gate.hpp"
#include "gatepost/core/utf8.hpp"

namespace gatepost::mime {

namespace {

constexpr std::size_t max_name = 76;
constexpr std::size_t max_word = 900;

struct OwnedHeader {
  std::string_view name;
  std::string_view instead;  ///< what to use, for the message; empty: there is nothing to set
};

constexpr std::array<OwnedHeader, 15> owned{{
    {"From", "the field from"},
    {"Sender", "the field sender"},
    {"To", "the field to"},
    {"Cc", "the field cc"},
    {"Bcc", "the envelope: blind copies do not appear in the header"},
    {"Resent-Bcc", "the envelope: blind copies do not appear in the header"},
    {"Reply-To", "the field reply_to"},
    {"Subject", "the field subject"},
    {"Date", "the field date"},
    {"Message-ID", "the field message_id"},
    {"MIME-Version", ""},
    {"DKIM-Signature", "a signer: a signature is made when the letter is finished"},
    {"Return-Path", "the envelope: the delivering server writes its sender here (RFC 5321 §4.4)"},
    {"X-Campaign-Id", "the field campaign_id"},
    {"X-Letter-Id", "the field letter_id"},
}};

/// May stand once at most (RFC 5322 §3.6, RFC 2369 §3.4, RFC 8058 §3.1).
constexpr std::array<std::string_view, 10> singletons{
    "In-Reply-To", "References",   "List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "List-Help",
    "List-Post",   "List-Archive", "List-Owner",       "List-Subscribe",
};

/// Of RFC 5322 §3.6, RFC 8098 §2.1 and of use.
constexpr std::array<std::string_view, 17> address_fields{
    "From",
    "Sender",
    "To",
    "Cc",
    "Bcc",
    "Reply-To",
    "Resent-To",
    "Resent-Cc",
    "Resent-Bcc",
    "Resent-From",
    "Errors-To",
    "Resent-Sender",
    "Resent-Reply-To",
    "Mail-Reply-To",
    "Mail-Followup-To",
    "Return-Receipt-To",
    "Disposition-Notification-To",
};

/// What machines read, beside all that begins with List-, ARC- and Content-.
constexpr std::array<std::string_view, 17> plain_fields{
    "In-Reply-To",    "References",   "Message-ID",     "Date",         "MIME-Version",
    "Auto-Submitted", "Precedence",   "Feedback-ID",    "Resent-Date",  "Resent-Message-ID",
    "Received",       "Return-Path",  "DKIM-Signature", "Received-SPF", "Authentication-Results",
    "Thread-Index",   "Delivered-To",
};

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return equal_ignoring_case(text.substr(0, prefix.size()), prefix);
}

bool is_singleton(std::string_view name) {
  return std::any_of(singletons.begin(), singletons.end(), [&](auto s) { return equal_ignoring_case(s, name); });
}

std::optional<InputError> check_name(std::string_view where, std::string_view name) {
  if (name.empty()) return InputError{"headers", "a header name is empty"};
  for (std::size_t at = 0; at < name.size(); ++at) {
    if (!is_visible(name[at]) || name[at] == ':') {
      return InputError{std::string(where), fmt::format("byte {} of the name is not allowed in a header name", at)};
    }
  }
  if (name.size() > max_name) {
    return InputError{std::string(where), fmt::format("the name has {} octets, {} are allowed", name.size(), max_name)};
  }
  if (starts_with_ignoring_case(name, "Content-")) {
    return InputError{std::string(where), "is written from the letter's parts and cannot be set"};
  }
  const auto found =
      std::find_if(owned.begin(), owned.end(), [&](const auto& o) { return equal_ignoring_case(o.name, name); });
  if (found == owned.end()) return std::nullopt;
  if (found->instead.empty()) return InputError{std::string(where), "is always written and cannot be set"};
  return InputError{std::string(where), fmt::format("cannot be set here; use {}", found->instead)};
}

std::optional<InputError> check_plain_value(std::string_view where, HeaderForm form, std::string_view value) {
  const std::string_view machine = form == HeaderForm::phrase ? behind_phrase(value) : value;
  if (!is_ascii(machine)) return InputError{std::string(where), "must be ASCII: this header is never encoded"};
  for (std::string_view rest = machine; !rest.empty();) {
    const std::size_t end = std::min(rest.find_first_of(" \t"), rest.size());
    if (end > max_word) {
      return InputError{std::string(where), fmt::format("has a word of {} octets, {} are allowed", end, max_word)};
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return std::nullopt;
}

}  // namespace

std::string_view behind_phrase(std::string_view value) {
  const std::size_t opening = value.rfind('<');
  return opening == std::string_view::npos ? value : value.substr(opening);
}

HeaderForm form_of(std::string_view name) {
  const auto is_one_of = [&](const auto& known) {
    return std::any_of(known.begin(), known.end(), [&](auto one) { return equal_ignoring_case(one, name); });
  };
  if (equal_ignoring_case(name, "List-Id")) return HeaderForm::phrase;
  for (const std::string_view start : {"List-", "ARC-", "Content-"}) {
    if (starts_with_ignoring_case(name, start)) return HeaderForm::plain;
  }
  if (is_one_of(plain_fields)) return HeaderForm::plain;
  return is_one_of(address_fields) ? HeaderForm::addresses : HeaderForm::text;
}

std::optional<InputError> check_user_headers(const LetterContent& content) {
  const auto& headers = content.headers;
  for (auto header = headers.begin(); header != headers.end(); ++header) {
    const auto& [name, value] = *header;
    const std::string shown = quoted_for_message(name);
    const std::string where = "headers[" + shown + "]";
    if (auto error = check_name(where, name)) return error;
    if (auto error = check_line(where, value, Tabs::allowed)) return error;
    const HeaderForm form = form_of(name);
    if (form == HeaderForm::plain || form == HeaderForm::phrase) {
      if (auto error = check_plain_value(where, form, value)) return error;
    }
    if (form == HeaderForm::addresses) {
      if (auto list = parse_address_list(value); !list) return InputError{where, list.error().message()};
    }
    if (!is_singleton(name)) continue;
    const bool again = std::any_of(headers.begin(), header,
                                   [&own = name](const auto& h) { return equal_ignoring_case(h.first, own); });
    if (again) return InputError{where, "occurs twice, but is allowed only once"};
    if ((!content.in_reply_to.empty() && equal_ignoring_case(name, "In-Reply-To")) ||
        (!content.references.empty() && equal_ignoring_case(name, "References"))) {
      return InputError{where, "is written from its own field already"};
    }
    if (!content.list_unsubscribe.empty() && starts_with_ignoring_case(name, "List-Unsubscribe")) {
      return InputError{where, "is written from the field list_unsubscribe already"};
    }
  }
  return std::nullopt;
}

}  // namespace gatepost::mime
