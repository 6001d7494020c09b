#pragma once
#include <string_view>

#include "gatepost/mime/encoding/decode_charset.hpp"

namespace gatepost::mime {

// Charsets of East Asia whose table iconv has under another name or in several: each piece is put into the form that it
// reads as the Encoding Standard does.

/// With the characters of NEC and IBM, as CP51932, and JIS X 0212.
DecodedText decode_euc_jp(std::string_view bytes);
/// The same in seven bits, with katakana of half width (CP50221) by escapes, shifts or eight bits.
DecodedText decode_iso_2022_jp(std::string_view bytes);
/// RFC 1843.
DecodedText decode_hz(std::string_view bytes);
/// With the Hong Kong characters; signs are those of CP950.
DecodedText decode_big5(std::string_view bytes);

}  // namespace gatepost::mime
