#pragma once
#include <optional>
#include <string_view>

#include "gatepost/mime/encoding/decode_charset.hpp"

namespace gatepost::mime {

/// Decodes by iconv's own table; nullopt where it has none of this name.
std::optional<DecodedText> iconv_text(std::string_view bytes, const char* charset);

}  // namespace gatepost::mime
