#pragma once
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "gatepost/smtp/sasl/folded_text.hpp"

namespace gatepost::smtp {

/// How secrets look in folded texts: as they are, in hexadecimal digits, and in the base64 of whatever holds them. A
/// piece is enough: eight bytes of the secret, eight hexadecimal or six base64 digits. Looking for them takes time
/// linear in the text, whatever it holds.
class SecretPatterns {
 public:
  /// Shorter ones, folded, stand in ordinary words by chance.
  static constexpr std::size_t shortest = 4;

  /// At least `shortest` bytes when folded.
  void add(std::string_view secret);
  bool empty() const { return patterns_.empty(); }

  /// False for most texts that find() would mark nothing in, at the cost of one look.
  bool may_occur_in(std::string_view text) const;
  /// Sets `marks` (one for each byte of the text that was `folded`) where a secret stands; the base64 around it, too.
  void find(std::string_view text, const FoldedText& folded, std::vector<bool>& marks) const;

 private:
  struct Pattern {
    std::size_t width;  // of a window; at most 8
    bool base64;
    std::unordered_set<std::uint64_t> windows;
  };

  void add_form(std::string_view folded, std::size_t width, bool base64);
  bool filter_passes(std::uint64_t window) const;

  static constexpr unsigned filter_bits = 14;
  std::vector<Pattern> patterns_;
  std::bitset<std::size_t{1} << filter_bits> filter_;  // the last four bytes of each window
  bool beyond_ascii_ = false;
};

}  // namespace gatepost::smtp
