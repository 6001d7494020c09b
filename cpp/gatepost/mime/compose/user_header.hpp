#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "gatepost/core/input_error.hpp"
#include "gatepost/mime/compose/compose.hpp"

namespace gatepost::mime {

/// How a further header's value is written.
enum class HeaderForm { text, plain, phrase, addresses };

/// List-*, References and their like hold ids and URLs, which are never encoded; List-Id holds an id behind a phrase
/// (RFC 2919 §3), Resent-To and its like hold addresses, of which only the phrase or the names are.
HeaderForm form_of(std::string_view header_name);

/// The id of a List-Id with its <>; all of it where no phrase stands before.
std::string_view behind_phrase(std::string_view value);

/// Checks LetterContent::headers: names of RFC 5322 ftext, none that we write ourselves, none twice that may stand
/// once, values through the injection gate.
std::optional<InputError> check_user_headers(const LetterContent& content);

}  // namespace gatepost::mime
