#pragma once
#include <optional>
#include <string_view>

#include "gatepost/codes/category.hpp"
#include "gatepost/codes/phase.hpp"

namespace gatepost::codes {

enum class Language : unsigned char { en, ru };

/// "en", "ru".
std::optional<Language> parse_language(std::string_view name);

/// A category in words for people. The texts are static.
struct Words {
  std::string_view name;    ///< a few words, for tables
  std::string_view actor;   ///< who has to act
  std::string_view cause;   ///< what it means, a sentence
  std::string_view remedy;  ///< what to do, a sentence that agrees with whether the letter may be tried again
};

/// `phase` is where it happened: of what was found on this side (Phase::local) the words say nothing of a server.
/// `permanence` is what it is this time, which may differ from what the category is by itself.
Words words_for(Category category, Phase phase, Permanence permanence, Language language = Language::en);

}  // namespace gatepost::codes
