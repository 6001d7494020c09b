#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatepost::mime {

/// Appends `;` and a folded `filename=` parameter: quoted where `name` is short ASCII, else by RFC 2231 with UTF-8.
void append_disposition_name(std::string& out, std::string_view name);

/// Appends `;` and a folded `name=` parameter for readers that know no RFC 2231: quoted, or RFC 2047 words in quotes.
void append_type_name(std::string& out, std::string_view name);

/// A value with parameters, as Content-Type and Content-Disposition have it.
struct ParameterisedValue {
  std::string value;  ///< lower case
  std::vector<std::pair<std::string, std::string>>
      parameters;          ///< names in lower case; values in UTF-8, RFC 2231 joined
  bool malformed = false;  ///< a parameter has no "=", or its quotes do not end where it does

  /// "" where absent.
  std::string_view get(std::string_view name) const;
};

/// Reads any text; what makes no sense is left out. RFC 2231 forms win over plain ones of the same name. `raw_charset`:
/// of bytes beyond ASCII that are not UTF-8.
ParameterisedValue read_parameters(std::string_view header_value, std::string_view raw_charset = "");

}  // namespace gatepost::mime
