#include "gatepost/smtp/sasl/folded_text.hpp"

namespace gatepost::smtp {
namespace {

/// Lower case of two octets of UTF-8, Cyrillic and Latin-1, once the second is there.
void lower_letter(char& lead, char& tail) {
  const auto second = static_cast<unsigned char>(tail);
  if (lead == '\xD0' && second >= 0x90 && second < 0xA0) {
    tail = static_cast<char>(second + 0x20);
  } else if (lead == '\xD0' && second >= 0xA0 && second < 0xB0) {
    lead = '\xD1';
    tail = static_cast<char>(second - 0x20);
  } else if (lead == '\xD0' && second == 0x81) {
    lead = '\xD1';
    tail = '\x91';
  } else if (lead == '\xC3' && second >= 0x80 && second < 0x9F && second != 0x97) {
    tail = static_cast<char>(second + 0x20);
  }
}

}  // namespace

FoldedText fold_text(std::string_view text, Folding folding) {
  FoldedText folded;
  for_each_folded(text, folding, [&](char c, std::size_t begin, std::size_t end) {
    folded.bytes.push_back(c);
    folded.begin.push_back(static_cast<std::uint32_t>(begin));
    folded.end.push_back(static_cast<std::uint32_t>(end));
    if (const auto size = folded.bytes.size(); size > 1) lower_letter(folded.bytes[size - 2], folded.bytes[size - 1]);
    return true;
  });
  return folded;
}

}  // namespace gatepost::smtp
