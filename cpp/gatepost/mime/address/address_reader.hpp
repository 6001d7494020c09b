#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/mime/address/address.hpp"

namespace gatepost::mime {

/// A word, quoted string, domain literal, comment or special character of an address field (RFC 5322 §3.2).
struct AddressToken {
  enum class Kind { word, quoted, literal, comment, special };
  Kind kind;
  std::string_view raw;  ///< as written, quotes and brackets included
  bool space_before;

  bool is(char special) const { return kind == Kind::special && raw.front() == special; }
};

/// Takes the field apart. What is not closed ends with the text; `unclosed` then names it.
std::vector<AddressToken> split_address_field(std::string_view text, std::string& unclosed);

/// One mailbox as it was read: nothing checked yet.
struct RawMailbox {
  std::string name;     ///< unquoted, not decoded
  std::string address;  ///< without comments, white space and route; where it is no addr-spec, the text as it stands
  std::string fault;    ///< "" or what is wrong with its shape
};

/// The mailboxes of a comma-separated list (RFC 5322 §3.4, and §4.4 for old forms), groups opened. Never fails: faults
/// are told per mailbox, and `fault` names what is wrong with the list.
std::vector<RawMailbox> read_mailboxes(std::string_view text, std::string& fault,
                                       std::vector<AddressGroup>* groups = nullptr);

/// An address field of a received letter: encoded-words of names decoded, addresses in wire form where they are good and
/// as they stand where not. `raw_charset`: of bytes beyond ASCII that are not UTF-8. Adds to `warnings`.
std::vector<Mailbox> read_address_header(std::string_view value, std::string_view header,
                                         std::vector<std::string>& warnings, std::string_view raw_charset = "");

}  // namespace gatepost::mime
