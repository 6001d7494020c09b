#pragma once
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

/// Checks "local@domain" (RFC 5321 §4.1.2, RFC 6531) and gives its wire form: the local part as it is (UTF-8, quoted
/// where it must be), the domain lower-case and as A-labels (IDNA 2008, non-transitional). White space around it goes.
/// Errors name the byte or the label: control characters, spaces, over 64/255 octets, no domain, bad label ...
Result<std::string, InputError> normalise_address(std::string_view address);

/// Whether the local part of a wire-form address has a byte beyond ASCII, so that SMTPUTF8 is needed (M4).
bool needs_smtputf8(std::string_view wire_address);

/// The part behind the last "@", or "".
std::string_view domain_of(std::string_view wire_address);

/// Reads what a caller typed: "Иван <ivan@пример.рф>", "ivan@x.ru", "\"A, B\" <a@x>". One mailbox exactly.
Result<Mailbox, InputError> parse_mailbox(std::string_view text);
/// The same for a comma-separated list; groups ("Team: a@x, b@y;") are opened.
Result<std::vector<Mailbox>, InputError> parse_mailbox_list(std::string_view text);

}  // namespace gatepost::mime
