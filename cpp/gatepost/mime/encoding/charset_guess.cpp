#include "gatepost/mime/encoding/charset_guess.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace gatepost::mime {

namespace {

/// 1 to 32: а to я, ё as е; 33 to 64: А to Я; 0: no letter of theirs.
using Letters = std::array<std::uint8_t, 256>;

constexpr int alphabet = 32;

/// How often a letter stands in Russian text, 1 to 7: doubling roughly with each step. From а to я.
constexpr std::array<int, alphabet> frequency{7, 4, 6, 5, 5, 7, 3, 4, 7, 4, 5, 6, 5, 7, 7, 5,
                                              6, 6, 6, 5, 1, 4, 2, 4, 3, 2, 1, 4, 4, 1, 3, 5};

constexpr void put(Letters& letters, int byte, int first, int count) {
  for (int i = 0; i < count; ++i) {
    letters[static_cast<std::size_t>(byte + i)] = static_cast<std::uint8_t>(first + i);
  }
}

constexpr int lower = 1;
constexpr int upper = 1 + alphabet;

constexpr void put_yo(Letters& letters, int small, int capital) {
  put(letters, small, lower + 5, 1);
  put(letters, capital, upper + 5, 1);
}

constexpr Letters windows_1251() {
  Letters letters{};
  put(letters, 0xC0, upper, 32);
  put(letters, 0xE0, lower, 32);
  put_yo(letters, 0xB8, 0xA8);
  return letters;
}

constexpr Letters koi8_r() {
  constexpr std::array<std::uint8_t, 32> order{30, 0,  1,  22, 4,  5,  20, 3, 21, 8,  9, 10, 11, 12, 13, 14,
                                               15, 31, 16, 17, 18, 19, 6,  2, 28, 27, 7, 24, 29, 25, 23, 26};
  Letters letters{};
  for (std::size_t i = 0; i < order.size(); ++i) {
    letters[0xC0 + i] = static_cast<std::uint8_t>(lower + order[i]);
    letters[0xE0 + i] = static_cast<std::uint8_t>(upper + order[i]);
  }
  put_yo(letters, 0xA3, 0xB3);
  return letters;
}

constexpr Letters cp866() {
  Letters letters{};
  put(letters, 0x80, upper, 32);
  put(letters, 0xA0, lower, 16);
  put(letters, 0xE0, lower + 16, 16);
  put_yo(letters, 0xF1, 0xF0);
  return letters;
}

constexpr Letters iso_8859_5() {
  Letters letters{};
  put(letters, 0xB0, upper, 32);
  put(letters, 0xD0, lower, 32);
  put_yo(letters, 0xF1, 0xA1);
  return letters;
}

constexpr Letters mac_cyrillic() {
  Letters letters{};
  put(letters, 0x80, upper, 32);
  put(letters, 0xE0, lower, 31);
  put(letters, 0xDF, lower + 31, 1);
  put_yo(letters, 0xDE, 0xDD);
  return letters;
}

struct Candidate {
  std::string_view name;
  Letters letters;
};

constexpr std::array<Candidate, 5> candidates{{{"CP1251", windows_1251()},
                                               {"KOI8-R", koi8_r()},
                                               {"CP866", cp866()},
                                               {"ISO-8859-5", iso_8859_5()},
                                               {"MAC-CYRILLIC", mac_cyrillic()}}};

/// Frequent letters speak for a charset; signs beyond ASCII and capitals behind small letters against it.
long score(std::string_view bytes, const Letters& letters) {
  constexpr long sign = -6;
  constexpr long capital_inside = -8;
  long sum = 0;
  bool behind_lower = false;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      behind_lower = false;
      continue;
    }
    const int letter = letters[byte];
    if (letter == 0) {
      sum += sign;
    } else {
      sum += frequency[static_cast<std::size_t>((letter - 1) % alphabet)];
      if (letter >= upper && behind_lower) sum += capital_inside;
    }
    behind_lower = letter != 0 && letter < upper;
  }
  return sum;
}

}  // namespace

std::string_view guess_russian_charset(std::string_view bytes) {
  bytes = bytes.substr(0, 1 << 16);  // more does not change the answer
  const Candidate* best = &candidates.front();
  long most = score(bytes, best->letters);
  for (const Candidate& candidate : candidates) {
    const long own = score(bytes, candidate.letters);
    if (own > most) {
      best = &candidate;
      most = own;
    }
  }
  return best->name;
}

bool reads_as_western(std::string_view bytes) {
  const auto is_latin = [&](std::size_t at) {
    const char small = static_cast<char>((at < bytes.size() ? bytes[at] : ' ') | 0x20);
    return small >= 'a' && small <= 'z';
  };
  bool found = false;
  for (std::size_t begin = 0; begin < bytes.size(); ++begin) {
    std::size_t end = begin;
    while (end < bytes.size() && static_cast<unsigned char>(bytes[end]) >= 0x80) ++end;
    if (end == begin) continue;
    const bool in_latin_word = (begin > 0 && is_latin(begin - 1)) || is_latin(end);
    // One sign alone may be a dash or a quotation mark of any charset.
    if (!in_latin_word && end - begin > 1) return false;
    found = found || in_latin_word;
    begin = end;
  }
  return found;
}

}  // namespace gatepost::mime
