#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/core/input_error.hpp"
#include "gatepost/core/result.hpp"

namespace gatepost::mime {

/// One mailbox: a display name (UTF-8, may be empty) and an address in its wire form (see normalise_address).
struct Mailbox {
  std::string name;
  std::string address;

  bool operator==(const Mailbox&) const = default;
};

/// Which of the mailboxes of an address list stand in a group (RFC 5322 §3.4): "Команда: ivan@x.ru, olga@y.ru;".
struct AddressGroup {
  std::string name;       ///< UTF-8, never empty on the wire
  std::size_t first = 0;  ///< of the list's mailboxes
  std::size_t count = 0;  ///< 0: an empty group

  bool operator==(const AddressGroup&) const = default;
};

/// Mailboxes in order, and the groups that some of them form, in order too.
struct AddressList {
  std::vector<Mailbox> mailboxes;
  std::vector<AddressGroup> groups;
};

/// Checks "local@domain" (RFC 5321 §4.1.2, RFC 6531) and gives its wire form: the local part as it is (UTF-8, quoted
/// where it must be), the domain lower-case and as A-labels (IDNA 2008, non-transitional). White space around it goes.
/// Errors name the byte or the label: control characters, spaces, over 254 octets, no domain, bad label ... A local part
/// over the 64 octets of RFC 5321 §4.5.3.1.1 is none of them: servers take what they gave.
Result<std::string, InputError> normalise_address(std::string_view address);

/// Whether the local part of a wire-form address has a byte beyond ASCII, so that SMTPUTF8 is needed (M4).
bool needs_smtputf8(std::string_view wire_address);

/// The part behind the last "@", or "".
std::string_view domain_of(std::string_view wire_address);

/// Reads what a caller typed: "Иван <ivan@пример.рф>", "ivan@x.ru", "\"A, B\" <a@x>". One mailbox exactly.
Result<Mailbox, InputError> parse_mailbox(std::string_view text);
/// The same for a comma-separated list with its groups ("Team: a@x, b@y;").
Result<AddressList, InputError> parse_address_list(std::string_view text);
/// The same, groups opened.
Result<std::vector<Mailbox>, InputError> parse_mailbox_list(std::string_view text);

}  // namespace gatepost::mime
