#pragma once
#include <string>
#include <string_view>

namespace gatepost::mime {

struct Utf8Text {
  std::string text;      ///< always well-formed UTF-8
  bool guessed = false;  ///< the label was missing, unknown or wrong
  bool lossy = false;    ///< bytes without meaning became U+FFFD
};

/// Converts by the label as letters have it ("windows-1251", "cp-1251", "KOI8-R", "utf-7" ...), unless it names a
/// charset of single bytes and the text is UTF-8 without doubt, or one of Western Europe or Russia and the text is
/// plainly Russian in another. Where the label is of no use: UTF-8 if the bytes are
/// that, windows-1252 if they stand in Latin words only, else the Russian charset in which they read best.
/// Text labelled UTF-8 that has characters of it beyond ASCII stays UTF-8, broken as it may be, unless it reads as
/// Russian.
Utf8Text to_utf8(std::string_view bytes, std::string_view label);

/// Text without a label, as headers have it raw: UTF-8 if it is that, else in `charset`, which may be "", if all of it
/// has a meaning there, else by guess.
std::string raw_text_to_utf8(std::string_view bytes, std::string_view charset);

}  // namespace gatepost::mime
