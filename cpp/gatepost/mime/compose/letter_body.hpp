#pragma once
#include <string>

#include "gatepost/mime/compose/compose.hpp"

namespace gatepost::mime {

/// Appends the body's own headers, the blank line and the tree
/// mixed(related(alternative(text, html), inline), attachments), with only the nodes that are needed. `token` makes the
/// boundaries; it must not occur in the parts.
void append_body(std::string& out, const LetterContent& content, std::string_view token);

/// About how many octets append_body will write.
std::size_t estimate_body(const LetterContent& content);

}  // namespace gatepost::mime
