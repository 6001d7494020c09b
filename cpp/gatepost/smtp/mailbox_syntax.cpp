#include "gatepost/smtp/mailbox_syntax.hpp"

#include <algorithm>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/utf8.hpp"

namespace gatepost::smtp {
namespace {

constexpr std::size_t max_mailbox_bytes = 320;  // RFC 5321 §4.5.3.1: 64 + "@" + 255

bool is_special(char c) { return std::string_view(" <>()[]\\,;:@\"").find(c) != std::string_view::npos; }

/// The length of the local part, or 0 where it is none.
std::size_t local_part_length(std::string_view text) {
  if (text.empty()) return 0;
  if (text.front() != '"') {
    const auto at = text.find('@');
    const auto local = text.substr(0, at);
    return std::any_of(local.begin(), local.end(), is_special) ? 0 : local.size();
  }
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return 0;
}

bool is_domain(std::string_view text) {
  if (text.size() > 255) return false;
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
    text = text.substr(1, text.size() - 2);
    return std::all_of(text.begin(), text.end(), [](char c) { return c == ':' || !is_special(c); });
  }
  if (std::any_of(text.begin(), text.end(), is_special)) return false;
  // Labels are neither empty nor begin or end with a hyphen (RFC 5321 §4.1.2).
  for (;;) {
    const auto label = text.substr(0, text.find('.'));
    if (label.empty() || label.front() == '-' || label.back() == '-') return false;
    if (label.size() == text.size()) return true;
    text.remove_prefix(label.size() + 1);
  }
}

}  // namespace

MailboxSyntax check_mailbox(std::string_view mailbox) {
  if (mailbox.size() > max_mailbox_bytes || std::any_of(mailbox.begin(), mailbox.end(), is_control)) {
    return MailboxSyntax::bad;
  }
  if (equal_ignoring_case(mailbox, "postmaster")) return MailboxSyntax::ascii;
  const auto local = local_part_length(mailbox);
  if (local == 0 || local >= mailbox.size() || mailbox[local] != '@') return MailboxSyntax::bad;
  const auto domain = mailbox.substr(local + 1);
  if (!is_domain(domain) || find_invalid_utf8(mailbox) != std::string_view::npos) return MailboxSyntax::bad;
  if (!is_ascii(mailbox.substr(0, local))) return MailboxSyntax::utf8_local_part;
  return is_ascii(domain) ? MailboxSyntax::ascii : MailboxSyntax::utf8_domain;
}

bool is_helo_name(std::string_view name) {
  if (name.empty() || name.size() > 255) return false;
  const bool literal = name.size() > 2 && name.front() == '[' && name.back() == ']';
  if (literal) name = name.substr(1, name.size() - 2);
  return std::all_of(name.begin(), name.end(), [literal](char c) {
    if (literal) return is_visible(c) && c != '[' && c != ']' && c != '\\';
    return is_alnum(c) || c == '-' || c == '.' || c == '_';
  });
}

}  // namespace gatepost::smtp
