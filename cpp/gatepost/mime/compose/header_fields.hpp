#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/core/clock.hpp"
#include "gatepost/mime/address/address.hpp"

namespace gatepost::mime {

/// Whole header fields, folded, encoded where needed and ended with CRLF. Values have passed the checks of
/// letter_check.hpp.

/// Free text (RFC 5322 §2.2.1): words beyond ASCII become encoded-words, and so does what would not come back the same.
void append_text_field(std::string& out, std::string_view name, std::string_view value);

/// Text that machines read, which is never encoded: message ids, URLs.
void append_plain_field(std::string& out, std::string_view name, std::string_view value);

/// A phrase beyond ASCII, and behind it what machines read (RFC 2919 §3). Quotes around the phrase go.
void append_phrase_field(std::string& out, std::string_view name, std::string_view phrase, std::string_view rest);

/// `groups` are in order and within `mailboxes`.
void append_mailbox_field(std::string& out, std::string_view name, const std::vector<Mailbox>& mailboxes,
                          const std::vector<AddressGroup>& groups = {});
/// Of one mailbox; the display name may be empty.
void append_mailbox_field(std::string& out, std::string_view field, std::string_view name, std::string_view address);

/// Message ids, each in its <>.
void append_ids_field(std::string& out, std::string_view name, const std::vector<std::string>& ids);

/// "Date: Sat, 22 Nov 2025 08:27:37 +0300" (RFC 5322 §3.3). `zone`: [+-]hhmm.
void append_date_field(std::string& out, TimePoint date, std::string_view zone = "+0000");
/// How far the clocks of a zone are ahead of UTC; nullopt where it is not of that form.
std::optional<std::chrono::minutes> zone_offset(std::string_view zone);

}  // namespace gatepost::mime
