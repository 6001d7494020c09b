#include "gatepost/dkim/signed_headers.hpp"

#include <algorithm>
#include <array>

#include "gatepost/core/ascii.hpp"

namespace gatepost::dkim {

namespace {

constexpr std::size_t most_signed = 40;  // verifiers look at no more than 50 names, and ARC adds some

constexpr std::array<std::string_view, 14> oversigned = {"From",
                                                         "To",
                                                         "Cc",
                                                         "Subject",
                                                         "Date",
                                                         "Message-ID",
                                                         "Reply-To",
                                                         "MIME-Version",
                                                         "Content-Type",
                                                         "Content-Transfer-Encoding",
                                                         "List-Unsubscribe",
                                                         "List-Unsubscribe-Post",
                                                         "In-Reply-To",
                                                         "References"};
constexpr std::array<std::string_view, 9> signed_too = {"Sender",    "Resent-From", "Resent-To",
                                                        "Resent-Cc", "Resent-Date", "List-Id",
                                                        "List-Help", "List-Post",   "Feedback-ID"};

}  // namespace

std::size_t count_fields(const LetterView& letter, std::string_view name) {
  return static_cast<std::size_t>(std::count_if(letter.fields.begin(), letter.fields.end(), [&](const Field& field) {
    return equal_ignoring_case(field.name, name);
  }));
}

std::optional<InputError> why_unsignable(std::string_view raw, const LetterView& letter,
                                         const std::vector<std::string_view>& names) {
  // "From : a@example.com" is a field of the older form (RFC 5322 §4.5).
  const bool mbox_line =
      raw.starts_with("From ") && (letter.fields.empty() || letter.fields.front().whole.data() != raw.data());
  if (mbox_line) return InputError("header", "begins with the From line of an mbox file");
  if (!letter.well_formed) return InputError("header", "has a line that is not a header field, or a lone CR or LF");
  const auto from = count_fields(letter, "From");
  if (from == 0) return InputError("From", "is missing; it must be signed");
  if (from > 1) return InputError("From", "occurs more than once");
  if (names.size() > most_signed) return InputError("header", "has too many fields to sign");
  return std::nullopt;
}

std::vector<std::string_view> names_to_sign(const LetterView& letter) {
  std::vector<std::string_view> names;
  names.reserve(most_signed);
  for (const auto name : oversigned) names.insert(names.end(), count_fields(letter, name) + 1, name);
  for (const auto name : signed_too) names.insert(names.end(), count_fields(letter, name), name);
  return names;
}

}  // namespace gatepost::dkim
