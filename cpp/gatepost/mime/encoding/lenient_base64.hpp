#pragma once
#include <string>
#include <string_view>

namespace gatepost::mime {

/// Decodes base64 as letters really have it, which base64_decode() refuses: characters outside the alphabet are passed
/// over (RFC 2045 §6.8), padding in the middle ends a group and decoding goes on behind it, the last group may lack its
/// padding, and lines of words behind the padded end, such as a mailing list adds, stay as they are. `odd` is set where
/// the text was not proper base64.
std::string decode_lenient_base64(std::string_view text, bool& odd);

}  // namespace gatepost::mime
