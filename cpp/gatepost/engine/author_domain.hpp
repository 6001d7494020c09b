#pragma once
#include <string>
#include <string_view>

namespace gatepost::engine {

/// The domain of a letter's From, in wire form; "" where there is not exactly one author.
std::string author_domain(std::string_view raw);

}  // namespace gatepost::engine
