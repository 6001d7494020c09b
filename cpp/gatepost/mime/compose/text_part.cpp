#include "gatepost/mime/compose/text_part.hpp"

namespace gatepost::mime {

void append_text_part_header(std::string& out, TextKind kind, TransferEncoding encoding) {
  out += "Content-Type: text/";
  out += kind == TextKind::html ? "html" : "plain";
  out += "; charset=utf-8\r\nContent-Transfer-Encoding: ";
  out += name_of(encoding);
  out += "\r\n\r\n";
}

void append_text_part(std::string& out, TextKind kind, std::string_view body, TransferEncoding encoding, bool whole) {
  append_text_part_header(out, kind, encoding);
  append_encoded_text(out, body, encoding);
  // Where this is the whole letter, its last line ends; a soft line break keeps that out of the text.
  if (whole && !out.ends_with("\r\n")) out += encoding == TransferEncoding::quoted_printable ? "=\r\n" : "\r\n";
}

void append_text_part(std::string& out, TextKind kind, std::string_view body, bool whole) {
  append_text_part(out, kind, body, choose_transfer_encoding(body), whole);
}

}  // namespace gatepost::mime
