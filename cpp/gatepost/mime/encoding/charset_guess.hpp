#pragma once
#include <string_view>

namespace gatepost::mime {

/// The charset, by iconv's name, in which `bytes` read most like Russian: CP1251, KOI8-R, CP866, ISO-8859-5 or
/// MAC-CYRILLIC. CP1251 where nothing speaks for another. One pass each.
std::string_view guess_russian_charset(std::string_view bytes);

/// The charset of text without a label, by iconv's name: one of Russian, or CP1252.
std::string_view guess_charset(std::string_view bytes);

/// The Russian charset in which `bytes` plainly read as Russian although their label, by iconv's name, is that of
/// Western Europe (CP1252, ISO-8859-15) or of another Russian charset; "" where they may be what the label says.
std::string_view russian_behind_label(std::string_view bytes, std::string_view labelled);

/// Whether `bytes` plainly read as Russian in one of its charsets.
bool reads_as_russian(std::string_view bytes);

/// Whether letters beyond ASCII stand only within words of Latin ones, as in "Fr\xF6sche": no word is Russian.
bool reads_as_western(std::string_view bytes);

}  // namespace gatepost::mime
