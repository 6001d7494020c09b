#pragma once
#include <array>
#include <string_view>

namespace gatepost::mime {

/// What each byte from 0x80 on stands for in a charset of single bytes; "" where it stands for nothing.
using SingleByteTable = std::array<std::string_view, 128>;

/// The table of a charset by the name of charset_of_label(), made of iconv's when it is first asked for; nullptr where
/// it is no such charset.
const SingleByteTable* single_byte_table(std::string_view charset);

}  // namespace gatepost::mime
