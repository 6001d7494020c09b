#pragma once
#include <string_view>

namespace gatepost {

/// The two sides of a mailbox's last '@'. Without one there is no domain, and `local` is all of it.
struct MailboxParts {
  std::string_view local;
  std::string_view domain;
  bool has_at = false;
};

/// "ivan@example.com" as "ivan" and "example.com"; neither is checked. A quoted local part may hold an '@' of its own.
constexpr MailboxParts split_mailbox(std::string_view mailbox) {
  const auto at = mailbox.rfind('@');
  if (at == std::string_view::npos) return {mailbox, {}, false};
  return {mailbox.substr(0, at), mailbox.substr(at + 1), true};
}

}  // namespace gatepost
