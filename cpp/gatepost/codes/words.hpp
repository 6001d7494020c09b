#pragma once
#include <string_view>

#include "gatepost/codes/category.hpp"
#include "gatepost/codes/phase.hpp"

namespace gatepost::codes {

/// A category in words for people, a sentence each. The texts are static.
struct Words {
  std::string_view cause;   ///< what it means
  std::string_view remedy;  ///< what to do
};

/// `phase` is where it happened: of what was found on this side (Phase::local) the words say nothing of a server.
Words words_for(Category category, Phase phase);

}  // namespace gatepost::codes
