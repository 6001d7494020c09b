#pragma once
#include <optional>
#include <string_view>

#include "gatepost/core/input_error.hpp"
#include "gatepost/mime/compose/compose.hpp"

namespace gatepost::mime {

/// Everything that compose() refuses, checked before a byte is written.
std::optional<InputError> check_letter(const LetterContent& content);

/// An address list whose addresses are in wire form, and its groups.
std::optional<InputError> check_list(std::string_view field, const std::vector<Mailbox>& mailboxes,
                                     const std::vector<AddressGroup>& groups);

// What a merged letter has of its own.
std::optional<InputError> check_mailbox(std::string_view where, std::string_view name, std::string_view address);
std::optional<InputError> check_message_id(std::string_view id, std::string_view where = "message_id");
/// X-Campaign-Id, X-Letter-Id; may be empty.
std::optional<InputError> check_plain_id(std::string_view field, std::string_view id);
std::optional<InputError> check_list_unsubscribe(std::string_view url);

}  // namespace gatepost::mime
