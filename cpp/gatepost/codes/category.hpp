#pragma once
#include <optional>
#include <string_view>

#include "gatepost/codes/category_table.hpp"  // enum class Category, generated from categories.toml

namespace gatepost::codes {

enum class Permanence : unsigned char { temporary, permanent, none };
enum class RetryVerdict : unsigned char { never, later, now, after_change };
enum class SuppressScope : unsigned char { none, address, domain, sender_only };
enum class PauseScope : unsigned char { none, account, domain, ip, campaign };

/// What categories.toml says of one category. All texts are static.
struct CategoryInfo {
  Category category;
  std::string_view id;  ///< stable snake_case name, in history, JSON and code
  Permanence permanence;
  std::string_view actor;  ///< who has to act
  RetryVerdict retry;
  int retry_after_seconds;  ///< first delay where retry is `later`; 0 otherwise
  SuppressScope suppress;
  PauseScope pause;
  bool follows_code;        ///< a 4xx reply makes it temporary and a 5xx permanent, whatever `permanence` says
};

const CategoryInfo& info(Category category);
std::string_view to_string(Category category);
std::optional<Category> parse_category(std::string_view id);

std::string_view to_string(Permanence value);
std::string_view to_string(RetryVerdict value);
std::string_view to_string(SuppressScope value);
std::string_view to_string(PauseScope value);

}  // namespace gatepost::codes
