#include "gatepost/codes/words.hpp"

#include "gatepost/codes/word_table.hpp"

namespace gatepost::codes {

std::optional<Language> parse_language(std::string_view name) {
  if (name == "en") return Language::en;
  if (name == "ru") return Language::ru;
  return std::nullopt;
}

Words words_for(Category category, Phase phase, Permanence permanence, Language language) {
  const auto& row = word_rows[static_cast<std::size_t>(category)][static_cast<std::size_t>(language)];
  Words words{row.name, row.actor, row.cause, row.remedy};
  if (phase == Phase::local && !row.local_cause.empty()) {
    words.cause = row.local_cause;
    words.remedy = row.local_remedy;
    return words;
  }
  const Permanence usual = info(category).permanence;
  if (permanence == Permanence::temporary && usual == Permanence::permanent && info(category).follows_code) {
    words.remedy = temporary_remedy[static_cast<std::size_t>(language)];
  } else if (permanence == Permanence::permanent && usual == Permanence::temporary && !row.final_remedy.empty()) {
    words.remedy = row.final_remedy;
  }
  return words;
}

}  // namespace gatepost::codes
