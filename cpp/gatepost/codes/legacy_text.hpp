#pragma once
#include <string>
#include <string_view>

namespace gatepost::codes {

/// A line of a reply as UTF-8. Servers that know no UTF-8 still write windows-1251, KOI8-R and windows-1252; which of
/// them it is shows in how the bytes beyond ASCII stand: Russian words consist of them, and of their small letters
/// most; in the words of Western languages they stand alone. What is UTF-8, also where it was cut within a character,
/// comes back as it is.
std::string to_utf8(std::string_view line);

}  // namespace gatepost::codes
