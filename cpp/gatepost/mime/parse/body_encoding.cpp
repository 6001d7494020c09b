#include "gatepost/mime/parse/body_encoding.hpp"

#include "gatepost/core/ascii.hpp"
#include "gatepost/mime/encoding/lenient_base64.hpp"
#include "gatepost/mime/encoding/quoted_printable.hpp"
#include "gatepost/mime/encoding/uuencode.hpp"

namespace gatepost::mime {

BodyEncoding read_body_encoding(std::string_view header_value) {
  std::string_view token = trim(header_value, " \t\"'");
  token = token.substr(0, token.find_first_of(" \t;(\"'"));
  const auto is = [&](std::string_view name) { return equal_ignoring_case(token, name); };
  if (is("base64")) return BodyEncoding::base64;
  if (is("quoted-printable")) return BodyEncoding::quoted_printable;
  if (is("uuencode") || is("x-uuencode") || is("x-uue")) return BodyEncoding::uuencode;
  return BodyEncoding::none;
}

std::string_view name_of(BodyEncoding encoding) {
  switch (encoding) {
    case BodyEncoding::base64:
      return "base64";
    case BodyEncoding::uuencode:
      return "uuencode";
    case BodyEncoding::quoted_printable:
      return "quoted-printable";
    case BodyEncoding::none:
      break;
  }
  return "7bit";
}

std::string decode_body(std::string_view body, BodyEncoding encoding, bool& odd) {
  switch (encoding) {
    // GMime 3.2.13 ends at the first padding; letters put together from several base64 texts go on behind it.
    case BodyEncoding::base64:
      return decode_lenient_base64(body, odd);
    // GMime 3.2.13 loses its place where a line has lost the spaces at its end.
    case BodyEncoding::uuencode:
      return decode_uuencode(body, odd);
    // GMime 3.2.13 keeps spaces that a transport put at the end of a line, and tells of no malformed code.
    case BodyEncoding::quoted_printable:
      return decode_quoted_printable(body, odd);
    case BodyEncoding::none:
      break;
  }
  return std::string(body);
}

}  // namespace gatepost::mime
