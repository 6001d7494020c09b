#include "gatepost/codes/category.hpp"

#include "gatepost/codes/category_rows.hpp"

namespace gatepost::codes {

const CategoryInfo& info(Category category) { return category_rows[static_cast<std::size_t>(category)]; }

std::string_view to_string(Category category) { return info(category).id; }

std::optional<Category> parse_category(std::string_view id) {
  for (const CategoryInfo& row : category_rows) {
    if (row.id == id) return row.category;
  }
  return std::nullopt;
}

std::string_view to_string(Permanence value) {
  constexpr std::string_view names[] = {"temporary", "permanent", "none"};
  return names[static_cast<std::size_t>(value)];
}

std::string_view to_string(RetryVerdict value) {
  constexpr std::string_view names[] = {"never", "later", "now", "after_change"};
  return names[static_cast<std::size_t>(value)];
}

std::string_view to_string(SuppressScope value) {
  constexpr std::string_view names[] = {"none", "address", "domain", "sender_only"};
  return names[static_cast<std::size_t>(value)];
}

std::string_view to_string(PauseScope value) {
  constexpr std::string_view names[] = {"none", "account", "domain", "ip", "campaign"};
  return names[static_cast<std::size_t>(value)];
}

}  // namespace gatepost::codes
