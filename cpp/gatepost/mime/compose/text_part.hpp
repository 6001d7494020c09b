#pragma once
#include <string>
#include <string_view>

#include "gatepost/mime/encoding/transfer_encoding.hpp"

namespace gatepost::mime {

enum class TextKind { plain, html };

/// Content-Type, Content-Transfer-Encoding and the blank line of a text part.
void append_text_part_header(std::string& out, TextKind kind, TransferEncoding encoding);

/// A text part: its headers and `body` encoded. `whole`: it is the letter's only part, so its last line ends.
void append_text_part(std::string& out, TextKind kind, std::string_view body, TransferEncoding encoding, bool whole);
/// The same in the encoding that suits it.
void append_text_part(std::string& out, TextKind kind, std::string_view body, bool whole);

}  // namespace gatepost::mime
