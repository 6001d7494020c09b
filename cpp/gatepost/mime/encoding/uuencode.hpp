#pragma once
#include <string>
#include <string_view>

namespace gatepost::mime {

/// Undoes uuencode (POSIX uuencode), from the line behind "begin " to the line "end". Spaces that a mailer cut off at
/// the end of a line are taken as there. `odd` is set where a line is not uuencoded.
std::string decode_uuencode(std::string_view text, bool& odd);

}  // namespace gatepost::mime
