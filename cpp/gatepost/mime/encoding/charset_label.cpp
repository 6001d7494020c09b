#include "gatepost/mime/encoding/charset_label.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "gatepost/core/ascii.hpp"

namespace gatepost::mime {

namespace {

struct Charset {
  const char* name;
  std::string_view keys;  ///< of its labels, parted by spaces
};

/// https://encoding.spec.whatwg.org/#names-and-labels and, at the end of each line, what else letters have. Not as
/// there: labels of ASCII name no charset of 8 bits (see to_utf8), and those of "replacement" keep theirs, for a letter
/// is not a page that others may write into.
constexpr std::array charsets{
    Charset{"UTF-8", "unicode11utf8 unicode20utf8 utf8 cp65001"},
    Charset{"CP866", "866 cp866 csibm866 ibm866 dos866 oem866 alt"},
    Charset{"ISO-8859-2", "csisolatin2 iso88592 isoir101 iso885921987 l2 latin2 cp28592"},
    Charset{"ISO-8859-3", "csisolatin3 iso88593 isoir109 iso885931988 l3 latin3 cp28593"},
    Charset{"ISO-8859-4", "csisolatin4 iso88594 isoir110 iso885941988 l4 latin4 cp28594"},
    Charset{"ISO-8859-5", "csisolatincyrillic cyrillic iso88595 isoir144 iso885951988 88595 isocyrillic cp28595"},
    Charset{"ISO-8859-6",
            "arabic asmo708 csiso88596e csiso88596i csisolatinarabic ecma114 iso88596 iso88596e iso88596i isoir127 "
            "iso885961987 cp28596"},
    Charset{"ISO-8859-7",
            "csisolatingreek ecma118 elot928 greek greek8 iso88597 isoir126 iso885971987 suneugreek cp28597"},
    Charset{"ISO-8859-8",
            "csiso88598e csisolatinhebrew hebrew iso88598 iso88598e isoir138 iso885981988 visual csiso88598i iso88598i "
            "logical cp28598 cp38598"},
    Charset{"ISO-8859-10", "csisolatin6 iso885910 isoir157 l6 latin6"},
    Charset{"ISO-8859-13", "iso885913 cp28603"},
    Charset{"ISO-8859-14", "iso885914"},
    Charset{"ISO-8859-15", "csisolatin9 iso885915 l9 latin9 cp28605"},
    Charset{"ISO-8859-16", "iso885916"},
    Charset{"KOI8-R", "cskoi8r koi koi8 koi8r cp20866"},
    Charset{"KOI8-U", "koi8ru koi8u cp21866"},
    Charset{"MACINTOSH", "csmacintosh mac macintosh macroman cp10000"},
    Charset{"MAC-CYRILLIC", "maccyrillic macukrainian maccyr cp10007 cp10017"},
    Charset{"CP874", "dos874 iso885911 tis620 windows874 cp874 win874"},
    Charset{"CP1250", "cp1250 windows1250 win1250 1250"},
    Charset{"CP1251", "cp1251 windows1251 win1251 1251 ansi1251 mscyrl"},
    Charset{"CP1252",
            "cp1252 cp819 csisolatin1 ibm819 iso88591 isoir100 iso885911987 l1 latin1 windows1252 win1252 1252 cp28591 "
            "88591"},
    Charset{"CP1253", "cp1253 windows1253 win1253 1253"},
    Charset{"CP1254", "cp1254 csisolatin5 iso88599 isoir148 iso885991989 l5 latin5 windows1254 win1254 1254 cp28599"},
    Charset{"CP1255", "cp1255 windows1255 win1255 1255"},
    Charset{"CP1256", "cp1256 windows1256 win1256 1256"},
    Charset{"CP1257", "cp1257 windows1257 win1257 1257"},
    Charset{"CP1258", "cp1258 windows1258 win1258 1258"},
    Charset{"X-USER-DEFINED", "userdefined"},
    Charset{"GB18030",
            "chinese csgb2312 csiso58gb231280 gb2312 gb231280 gbk isoir58 gb18030 cp936 936 windows936 ms936 euccn gb "
            "cp54936"},
    Charset{"BIG5", "big5 big5hkscs cnbig5 csbig5 xbig5 cp950 950 windows950 ms950 big5eten"},
    Charset{"EUC-JP", "cseucpkdfmtjapanese eucjp cp51932 51932 eucjpms eucjpwin ujis cp20932"},
    Charset{"ISO-2022-JP", "csiso2022jp iso2022jp cp50220 cp50221 cp50222 50220 50221 50222 iso2022jpms iso2022jp1"},
    Charset{"CP932",
            "csshiftjis ms932 mskanji shiftjis sjis windows31j cp932 932 cp943 cp943c sjiswin cswindows31j windows932"},
    Charset{
        "CP949",
        "cseuckr csksc56011987 euckr isoir149 korean ksc56011987 ksc56011989 ksc5601 windows949 cp949 949 ms949 uhc "
        "cp51949"},
    Charset{"HZ", "hzgb2312 hz cp52936"},
    Charset{"ISO-2022-KR", "csiso2022kr iso2022kr cp50225"},
    Charset{"ISO-2022-CN", "iso2022cn"},
    Charset{"ISO-2022-CN-EXT", "iso2022cnext"},
    Charset{"UTF-16BE", "unicodefffe utf16be cp1201"},
    Charset{"UTF-16LE", "utf16le cp1200"},
    Charset{"UTF-16", "csunicode iso10646ucs2 ucs2 unicode unicodefeff utf16"},
    Charset{"UTF-7", "unicode11utf7 utf7 cp65000 csunicode11utf7"},
    Charset{"", "unknown unknown8bit 8bit binary replacement userdefinedcharset"},
};

std::unordered_map<std::string_view, const char*> by_key() {
  std::unordered_map<std::string_view, const char*> names;
  for (const Charset& charset : charsets) {
    for (std::string_view rest = charset.keys; !rest.empty();) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      names.emplace(rest.substr(0, end), charset.name);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return names;
}

/// Whether iconv may see it: "utf-8//ignore" would be an instruction.
bool is_charset_name(std::string_view label) {
  return label.size() <= 64 && std::all_of(label.begin(), label.end(), [](char c) {
           return is_alnum(c) || c == '-' || c == '_' || c == '.' || c == ':' || c == '+';
         });
}

}  // namespace

std::string label_key(std::string_view label) {
  std::string key;
  for (const char c : label) {
    if (is_alnum(c)) key += lower(c);
  }
  if (key.starts_with('x') && key.size() > 1) key.erase(0, 1);
  return key;
}

std::string charset_of_label(std::string_view label) {
  static const std::unordered_map<std::string_view, const char*> names = by_key();
  label = trim(label);
  const auto found = names.find(label_key(label));
  if (found != names.end()) return found->second;
  return is_charset_name(label) ? std::string(label) : std::string();
}

}  // namespace gatepost::mime
