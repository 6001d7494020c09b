#include <fmt/format.h>

#include "gatepost/core/text_gate.hpp"
#include "gatepost/mime/address/address.hpp"
#include "gatepost/mime/address/address_reader.hpp"

namespace gatepost::mime {

namespace {

Result<Mailbox, InputError> check(RawMailbox raw) {
  if (!raw.fault.empty()) return InputError{quoted_for_message(raw.address), raw.fault};
  auto wire = normalise_address(raw.address);
  if (!wire) {
    const InputError& error = wire.error();
    return InputError{quoted_for_message(raw.address) + ": " + error.where, error.what};
  }
  return Mailbox{std::move(raw.name), *std::move(wire)};
}

}  // namespace

Result<AddressList, InputError> parse_address_list(std::string_view text) {
  if (auto error = check_line(quoted_for_message(text), text)) return *std::move(error);
  std::string fault;
  AddressList list;
  std::vector<RawMailbox> raw = read_mailboxes(text, fault, &list.groups);
  if (!fault.empty()) return InputError{quoted_for_message(text), fault};
  list.mailboxes.reserve(raw.size());
  for (RawMailbox& one : raw) {
    const bool half_of_a_name = raw.size() > 1 && one.address.find('@') == std::string::npos;
    auto mailbox = check(std::move(one));
    if (!mailbox) {
      InputError error = std::move(mailbox).error();
      if (half_of_a_name) error.what += "; a name with a comma must be in quotes";
      return error;
    }
    list.mailboxes.push_back(*std::move(mailbox));
  }
  return list;
}

Result<std::vector<Mailbox>, InputError> parse_mailbox_list(std::string_view text) {
  auto list = parse_address_list(text);
  if (!list) return std::move(list).error();
  return std::move(list->mailboxes);
}

Result<Mailbox, InputError> parse_mailbox(std::string_view text) {
  auto mailboxes = parse_mailbox_list(text);
  if (!mailboxes) return std::move(mailboxes).error();
  if (mailboxes->empty()) return InputError{"address", "is empty"};
  if (mailboxes->size() > 1) {
    return InputError{quoted_for_message(text), "is more than one address; a name with a comma must be in quotes"};
  }
  return std::move(mailboxes->front());
}

}  // namespace gatepost::mime
