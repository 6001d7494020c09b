#pragma once
#include <string>
#include <string_view>

namespace gatepost::codes {

/// Valid UTF-8 without control characters (terminal_safe.hpp, and the tab): what is not becomes U+FFFD or a space.
/// Server text passes through here before anything else sees it.
std::string clean_text(std::string_view text);

/// The form in which rules look at a reply: lower case (Latin, Cyrillic), accents dropped, single spaces, one space at
/// either end. An e-mail address becomes "@", an IPv4 address "#". Punctuation is dropped except . - / _ # = @ and the
/// apostrophe inside words. Reads at most 4 KiB; linear time. `text` is valid UTF-8.
std::string normalise(std::string_view text);

}  // namespace gatepost::codes
