#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "gatepost/core/input_error.hpp"
#include "gatepost/dkim/letter_view.hpp"

namespace gatepost::dkim {

/// The names for h=. Those that must not be added or doubled later are named once more than they occur (oversigned):
/// From, To, Cc, Subject, Date, Message-ID, Reply-To, MIME-Version, Content-Type, Content-Transfer-Encoding,
/// List-Unsubscribe, List-Unsubscribe-Post, In-Reply-To, References; others of RFC 6376 §5.4.1 as often as they occur.
std::vector<std::string_view> names_to_sign(const LetterView& letter);

/// What keeps a letter from being signed: a header that can be read in two ways, From not there exactly once (RFC 6376
/// §5.4, RFC 5322 §3.6), more fields to sign than verifiers look at. `names`: of names_to_sign().
std::optional<InputError> why_unsignable(std::string_view raw, const LetterView& letter,
                                         const std::vector<std::string_view>& names);

/// How many fields of a name a letter has.
std::size_t count_fields(const LetterView& letter, std::string_view name);

}  // namespace gatepost::dkim
