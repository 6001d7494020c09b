#pragma once
#include <string>
#include <string_view>

namespace gatepost::mime {

struct Utf8Text {
  std::string text;      ///< always well-formed UTF-8
  bool guessed = false;  ///< the label was missing, unknown or wrong
  bool lossy = false;    ///< bytes without meaning became U+FFFD
};

/// Converts by the label as letters have it ("windows-1251", "cp-1251", "KOI8-R", "utf-7" ...). Where that cannot be:
/// UTF-8 if the bytes are that, else KOI8-R or Windows-1251, whichever reads more like Russian.
Utf8Text to_utf8(std::string_view bytes, std::string_view label);

}  // namespace gatepost::mime
