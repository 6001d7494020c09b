#pragma once
#include <string_view>

namespace gatepost::sink {

/// Whether `text` fits `pattern`: * is any run of bytes, ? one character (a UTF-8 sequence), all else itself without
/// regard to the case of ASCII letters. No recursion; at worst size times size.
bool glob_match(std::string_view pattern, std::string_view text);

}  // namespace gatepost::sink
