#pragma once
#include <string>
#include <string_view>

namespace gatepost::mime {

/// A label as people spell it, down to what tells it apart: "Windows_1251", "'win-1251'" and "x-cp1251" become
/// "windows1251", "win1251" and "cp1251".
std::string label_key(std::string_view label);

/// The charset that a label names, as decode_charset() knows it: by the Encoding Standard (WHATWG), and for labels that
/// are not in it, by what mailers mean by them, code page numbers of Microsoft among them. Other names stay, for iconv;
/// "" for what cannot be one.
std::string charset_of_label(std::string_view label);

}  // namespace gatepost::mime
