#include "gatepost/mime/compose/letter_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/char_set.hpp"
#include "gatepost/core/text_gate.hpp"
#include "gatepost/core/utf8.hpp"
#include "gatepost/mime/compose/header_fields.hpp"
#include "gatepost/mime/compose/user_header.hpp"

namespace gatepost::mime {

namespace {

using MaybeError = std::optional<InputError>;

constexpr std::size_t max_id = 250;
constexpr std::size_t max_url = 900;
constexpr std::size_t max_parts = 1000;  // as many as parse() reads
constexpr CharSet ends_an_address(" <>,;()\"\\");
constexpr CharSet ends_an_id(" <>");

bool is_plain_id(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '_' || c == '-'; });
}

/// normalise_address has done the work for honest callers; this keeps the header whole whatever comes.
MaybeError check_wire_address(std::string_view where, std::string_view address) {
  if (auto error = check_line(where, address)) return error;
  const std::size_t at = address.rfind('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == address.size() || address.size() > 254) {
    return InputError{std::string(where), fmt::format("{} is not an address", quoted_for_message(address))};
  }
  const bool quoted = address.front() == '"' && at > 1 && address[at - 1] == '"';
  const std::string_view exposed = quoted ? address.substr(at) : address;
  if (ends_an_address.find_in(exposed) != std::string_view::npos || !is_ascii(address.substr(at))) {
    return InputError{std::string(where), fmt::format("{} is not in wire form", quoted_for_message(address))};
  }
  return std::nullopt;
}

MaybeError check_mailboxes(std::string_view field, const std::vector<Mailbox>& mailboxes) {
  for (std::size_t i = 0; i < mailboxes.size(); ++i) {
    if (auto error = check_mailbox(fmt::format("{}[{}]", field, i), mailboxes[i].name, mailboxes[i].address))
      return error;
  }
  return std::nullopt;
}

bool may_not_stand_in_url(char c) {
  return static_cast<unsigned char>(c) >= 0x80 || c == ' ' || c == '<' || c == '>' || c == '"';
}

MaybeError check_count(const LetterContent& content) {
  const std::size_t parts = (content.text ? 1U : 0U) + (content.html ? 1U : 0U) + content.alternatives.size() +
                            content.inline_parts.size() + content.attachments.size();
  if (parts <= max_parts) return std::nullopt;
  return InputError{"attachments", fmt::format("the letter has {} parts, {} are allowed", parts, max_parts)};
}

MaybeError check_ids(std::string_view field, const std::vector<std::string>& ids) {
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::string where = fmt::format("{}[{}]", field, i);
    if (ids[i].empty()) return InputError{where, "is empty"};
    if (auto error = check_message_id(ids[i], where)) return error;
  }
  return std::nullopt;
}

MaybeError check_date(const std::optional<TimePoint>& date, std::string_view zone) {
  using namespace std::chrono;
  const auto offset = zone_offset(zone);
  if (!offset) return InputError{"date_zone", fmt::format("{} is not of the form +hhmm", quoted_for_message(zone))};
  if (!date) return std::nullopt;
  const year_month_day day{floor<days>(floor<seconds>(*date) + *offset)};
  if (day.year() >= year{1900} && day.year() <= year{9999}) return std::nullopt;
  return InputError{
      "date", fmt::format("the year {} cannot be written in a letter; use 1900 to 9999", static_cast<int>(day.year()))};
}

}  // namespace

std::optional<InputError> check_mailbox(std::string_view where, std::string_view name, std::string_view address) {
  if (auto error = check_line(where, name)) {
    error->where += ".name";
    return error;
  }
  return check_wire_address(where, address);
}

std::optional<InputError> check_list(std::string_view field, const std::vector<Mailbox>& mailboxes,
                                     const std::vector<AddressGroup>& groups) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const AddressGroup& group = groups[i];
    const std::string where = fmt::format("{}.groups[{}]", field, i);
    if (group.name.empty()) return InputError{where, "has no name"};
    if (auto error = check_line(where + ".name", group.name)) return error;
    if (group.first < end || group.first > mailboxes.size() || group.count > mailboxes.size() - group.first) {
      return InputError{where, "must lie within the list and after the group before it"};
    }
    end = group.first + group.count;
  }
  return check_mailboxes(field, mailboxes);
}

std::optional<InputError> check_message_id(std::string_view id, std::string_view where) {
  if (id.empty()) return std::nullopt;
  if (auto error = check_line(where, id)) return error;
  const std::size_t at = id.find('@');
  const auto fault = [&](std::string_view what) {
    return InputError{std::string(where), fmt::format("{} {}", quoted_for_message(id), what)};
  };
  if (!is_ascii(id) || ends_an_id.find_in(id) != std::string_view::npos) {
    return fault("has characters that no message id may have: only ASCII, no spaces and no '<' or '>'");
  }
  if (at == std::string_view::npos || at == 0 || at + 1 == id.size()) return fault("is not of the form left@right");
  if (id.size() > max_id) return fault(fmt::format("is {} octets long, {} are allowed", id.size(), max_id));
  return std::nullopt;
}

std::optional<InputError> check_plain_id(std::string_view field, std::string_view id) {
  if (id.empty()) return std::nullopt;
  if (is_plain_id(id) && id.size() <= max_id) return std::nullopt;
  return InputError{std::string(field),
                    fmt::format("{} is not made of Latin letters, digits, '_' and '-' alone", quoted_for_message(id))};
}

namespace {

std::optional<InputError> check_unsubscribe_url(std::string_view url) {
  const std::string_view scheme = url.substr(0, url.find(':'));
  const bool known = equal_ignoring_case(scheme, "https") || equal_ignoring_case(scheme, "http") ||
                     equal_ignoring_case(scheme, "mailto");
  if (url.starts_with('<') && url.ends_with('>')) {
    return InputError{"list_unsubscribe", "must be one URL without '<' and '>', which are added"};
  }
  if (!known || scheme.size() + 1 >= url.size()) {
    return InputError{"list_unsubscribe",
                      fmt::format("{} is not an http, https or mailto URL", quoted_for_message(url))};
  }
  if (const auto bad = std::ranges::find_if(url, may_not_stand_in_url); bad != url.end()) {
    const std::string_view rest = url.substr(static_cast<std::size_t>(bad - url.begin()));
    return InputError{"list_unsubscribe",
                      fmt::format("{} is not allowed in a URL: in a host name it is written as an A-label (xn--), "
                                  "elsewhere percent-encoded",
                                  quoted_for_message(rest.substr(0, utf8_length_at(rest, 0))))};
  }
  if (url.size() > max_url) {
    return InputError{"list_unsubscribe", fmt::format("is {} octets long, {} are allowed", url.size(), max_url)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<InputError> check_list_unsubscribe(std::string_view urls) {
  if (urls.empty()) return std::nullopt;
  if (auto error = check_line("list_unsubscribe", urls)) return error;
  for (const auto url : std::views::split(urls, ' ')) {
    if (auto error = check_unsubscribe_url({url.begin(), url.end()})) return error;
  }
  return std::nullopt;
}

std::optional<InputError> check_letter(const LetterContent& content) {
  if (content.from.address.empty()) return InputError{"from", "is empty"};
  if (auto error = check_mailbox("from", content.from.name, content.from.address)) return error;
  if (content.sender) {
    if (auto error = check_mailbox("sender", content.sender->name, content.sender->address)) return error;
  }
  if (auto error = check_list("to", content.to, content.to_groups)) return error;
  if (auto error = check_list("cc", content.cc, content.cc_groups)) return error;
  if (auto error = check_list("reply_to", content.reply_to, content.reply_to_groups)) return error;
  if (auto error = check_line("subject", content.subject, Tabs::allowed)) return error;
  if (auto error = check_utf8("text", content.text.value_or(""))) return error;
  if (auto error = check_utf8("html", content.html.value_or(""))) return error;
  if (auto error = check_message_id(content.message_id)) return error;
  if (auto error = check_ids("in_reply_to", content.in_reply_to)) return error;
  if (auto error = check_ids("references", content.references)) return error;
  if (auto error = check_date(content.date, content.date_zone)) return error;
  if (auto error = check_count(content)) return error;
  if (auto error = check_plain_id("campaign_id", content.campaign_id)) return error;
  if (auto error = check_plain_id("letter_id", content.letter_id)) return error;
  if (auto error = check_list_unsubscribe(content.list_unsubscribe)) return error;
  return check_user_headers(content);
}

}  // namespace gatepost::mime
