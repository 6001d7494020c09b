#pragma once
#include <cstdint>
#include <string_view>

namespace gatepost::smtp {

enum class MailboxSyntax : std::uint8_t {
  ascii,
  utf8_domain,      ///< only the domain is not ASCII
  utf8_local_part,  ///< needs SMTPUTF8 (RFC 6531)
  bad
};

/// Whether `mailbox` may stand between "<" and ">" of MAIL or RCPT: local@domain (RFC 5321 §4.1.2), the local part
/// dotted or quoted, the domain a name or an address literal; "postmaster" needs no domain. Lenient as to what servers
/// take (underscores, dots in odd places), strict as to what could end a command: no controls, no space or angle
/// bracket outside quotes, valid UTF-8, at most 320 bytes.
MailboxSyntax check_mailbox(std::string_view mailbox);

/// A domain or an address literal as HELO and EHLO want it (RFC 5321 §4.1.2), 1 to 255 bytes: letters, digits, hyphens,
/// dots and, since there are many, underscores; or whatever is printable, without a space, in square brackets.
bool is_helo_name(std::string_view name);

}  // namespace gatepost::smtp
