#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::dkim {

/// One header field as it stands in a letter.
struct Field {
  std::string_view name;   ///< without the white space that may stand before the colon
  std::string_view whole;  ///< name, colon and folded value, without the last CRLF
  std::string_view value() const { return whole.substr(whole.find(':') + 1); }
};

/// A letter cut into header fields and body. Views into the bytes given, which must outlive it.
struct LetterView {
  std::vector<Field> fields;  ///< from top to bottom
  std::string_view body;      ///< behind the blank line; empty where there is none
  /// Whether every reader sees the same header: each line begins or continues a field, no CR or LF stands alone, and
  /// there are at most 10,000 fields. Otherwise what was added unsigned might pass for a part of what was signed.
  bool well_formed = true;
};

/// Lines end with CRLF alone. A line that is not a field is skipped; "From " on the first line, as in mbox files, is
/// allowed.
LetterView split_letter(std::string_view raw);

/// `raw` itself where it has a CRLF, or no LF at all; otherwise with CRLF for LF, as files on Unix need it.
std::string_view with_crlf(std::string_view raw, std::string& storage);

}  // namespace gatepost::dkim
