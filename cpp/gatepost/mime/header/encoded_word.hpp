#pragma once
#include <string>
#include <string_view>

namespace gatepost::mime {

enum class WordEncoding { b, q };

/// Octets of the shortest room in which every UTF-8 character can be an encoded-word: "=?utf-8?Q?=F0=9F=98=80?=".
inline constexpr std::size_t min_encoded_word = 24;
inline constexpr std::size_t max_encoded_word = 75;

/// Which of RFC 2047's two encodings writes `text` in fewer octets.
WordEncoding shorter_word_encoding(std::string_view text);

/// Appends one encoded-word of at most min(room, 75) octets with as many whole characters of `text` as fit; returns how
/// many bytes of `text` it holds. Safe in unstructured text, phrases and quoted parameter values.
std::size_t append_encoded_word(std::string& out, std::string_view text, WordEncoding encoding, std::size_t room);

/// Undoes encoded-words wherever they stand, as letters really have them: white space between two goes, characters cut
/// between two come together again, padding inside a row ends nothing, other charsets become UTF-8, and text beyond
/// ASCII outside of them is read as UTF-8 or, failing that, in `raw_charset` or by guess.
std::string decode_encoded_words(std::string_view value, std::string_view raw_charset = "");

/// The length of the encoded-word that `text` begins with, which may hold what it should not; 0 where there is none.
std::size_t encoded_word_length(std::string_view text);

}  // namespace gatepost::mime
