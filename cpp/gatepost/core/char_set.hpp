#pragma once
#include <array>
#include <cstddef>
#include <string_view>

namespace gatepost {

/// A set of octets to look for. std::string_view::find_first_of() runs through the set anew for every octet of the
/// text.
class CharSet {
 public:
  constexpr explicit CharSet(std::string_view members) {
    for (const char c : members) members_[static_cast<unsigned char>(c)] = true;
  }

  constexpr bool contains(char c) const { return members_[static_cast<unsigned char>(c)]; }

  /// Where the first member stands in `text`, at or behind `from`; npos where there is none.
  constexpr std::size_t find_in(std::string_view text, std::size_t from = 0) const {
    for (; from < text.size(); ++from) {
      if (contains(text[from])) return from;
    }
    return std::string_view::npos;
  }

 private:
  std::array<bool, 256> members_{};
};

}  // namespace gatepost
