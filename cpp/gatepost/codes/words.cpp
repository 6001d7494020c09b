#include "gatepost/codes/words.hpp"

#include "gatepost/codes/local_words.hpp"

namespace gatepost::codes {

Words words_for(Category category, Phase phase) {
  if (phase == Phase::local) {
    for (const LocalWords& row : local_words) {
      if (row.category == category) return row.words;
    }
  }
  const CategoryInfo& row = info(category);
  return {row.cause, row.remedy};
}

}  // namespace gatepost::codes
